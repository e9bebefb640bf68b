#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Bytes of files, by descriptor: what counting and reading records have in common.
namespace weir::logs {
/// The beginning of a file that tells its format.
inline constexpr std::size_t kSampleBytes = 256U << 10U;

/// Owns a file descriptor; standard input is left open.
class Descriptor {
 public:
  /// Errors: kNotFound, kIo; kInvalid for a folder. "-" is standard input.
  static Result<Descriptor> open(const std::string& path);
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int number() const { return number_; }
  /// 0 for what has no size: pipes, and files in /proc.
  std::uint64_t size_bytes() const { return size_bytes_; }
  /// When the file was changed last, in microseconds since 1970; 0 for what is no file.
  std::int64_t changed_at() const { return changed_at_; }

 private:
  Descriptor(int number, std::uint64_t size_bytes, std::int64_t changed_at)
      : number_(number), size_bytes_(size_bytes), changed_at_(changed_at) {}
  int number_;
  std::uint64_t size_bytes_;
  std::int64_t changed_at_;
};

/// Reads until `size` bytes are there or the file ends. Errors: kIo.
Result<std::size_t> read_at(int descriptor, char* buffer, std::size_t size, std::uint64_t offset);

/// Where the NULs end with which the file begins at `begin`. A log that was truncated while its writer went on at the
/// old place begins with a gap as large as the old log. Errors: kIo.
Result<std::uint64_t> skip_nuls(int descriptor, std::uint64_t begin, std::uint64_t end);

/// The whole lines of the beginning, or all there is when no line ends in it.
std::string_view sample_of(std::string_view beginning);

/// The files that `inputs` name, patterns replaced by what they match (see find_files). Errors: kNotFound for a pattern
/// without files.
Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& inputs);
}  // namespace weir::logs
