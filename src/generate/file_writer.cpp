#include "generate/file_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

namespace weir::generate {
namespace {
std::unexpected<Error> disk_error(const char* what, int error, const std::filesystem::path& path) {
  return fail(ErrorCode::kIo, std::string(what) + ": " + std::strerror(error), path.string());
}
}  // namespace

Result<FileWriter> FileWriter::create(std::filesystem::path path) {
  auto part = path.parent_path() / ("." + path.filename().string() + ".part");
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return disk_error("cannot create the file", errno, part);
  }
  return FileWriter(std::move(path), std::move(part), descriptor);
}

FileWriter::FileWriter(std::filesystem::path path, std::filesystem::path part, int descriptor)
    : path_(std::move(path)),
      part_(std::move(part)),
      descriptor_(descriptor),
      buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)),
      at_(buffer_.get()),
      end_(buffer_.get() + kBufferBytes) {}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::move(other.part_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      error_(other.error_),
      written_bytes_(other.written_bytes_),
      buffer_(std::move(other.buffer_)),
      at_(other.at_),
      end_(other.end_) {}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    ::unlink(part_.c_str());
  }
}

void FileWriter::append(std::string_view text) {
  if (text.size() > kReserveBytesMax) {
    flush();
    write_out(text.data(), text.size());
    return;
  }
  commit(std::copy(text.begin(), text.end(), reserve(text.size())));
}

void FileWriter::flush() {
  write_out(buffer_.get(), static_cast<std::size_t>(at_ - buffer_.get()));
  at_ = buffer_.get();
}

void FileWriter::write_out(const char* data, std::size_t size_bytes) {
  written_bytes_ += size_bytes;
  while (size_bytes > 0 && error_ == 0) {
    const ssize_t done = ::write(descriptor_, data, size_bytes);
    if (done < 0) {
      if (errno != EINTR) {
        error_ = errno;
      }
      continue;
    }
    data += done;
    size_bytes -= static_cast<std::size_t>(done);
  }
}

Status FileWriter::finish() {
  WEIR_ASSERT(descriptor_ >= 0, "a file is finished once");
  flush();
  if (error_ != 0) {
    return disk_error("cannot write", error_, path_);  // the destructor removes the part
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    const int error = errno;
    ::unlink(part_.c_str());
    return disk_error("cannot write", error, path_);
  }
  if (std::rename(part_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(part_.c_str());
    return disk_error("cannot put the file in place", error, path_);
  }
  return {};
}
}  // namespace weir::generate
