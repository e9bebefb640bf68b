#include "delta/empty_parquet.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string_view>

namespace weir::delta {
namespace {
using namespace std::string_view_literals;

// FileMetaData of parquet.thrift in Thrift's compact protocol: version 1; a schema of a root with one child, an optional INT32
// named "none"; no rows, no row groups; created by "weir".
constexpr std::string_view kFooter =
    "\x15\x02"
    "\x19\x2c"
    "\x35\x00\x18\x04weir\x15\x02\x00"
    "\x15\x02\x25\x02\x18\x04none\x00"
    "\x16\x00"
    "\x19\x0c"
    "\x28\x04weir\x00"sv;
constexpr std::string_view kMagic = "PAR1";

std::string make_file() {
  const int file = ::memfd_create("weir-empty.parquet", MFD_CLOEXEC);
  if (file < 0) {
    return {};
  }
  static_assert(kFooter.size() < 256);
  std::string bytes(kMagic);
  bytes += kFooter;
  bytes += static_cast<char>(kFooter.size());
  bytes += "\0\0\0"sv;
  bytes += kMagic;
  if (::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    ::close(file);
    return {};
  }
  return fmt::format("/proc/self/fd/{}", file);  // open until the process ends
}
}  // namespace

const std::string& empty_parquet_path() {
  static const std::string path = make_file();
  return path;
}
}  // namespace weir::delta
