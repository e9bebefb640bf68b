#pragma once

#include <memory>

#include "core/result.h"
#include "logs/byte_stream.h"

namespace weir::logs {
/// Unpacks gzip; NULs behind the last member are padding.
Result<std::unique_ptr<ByteStream>> make_gzip_stream(std::unique_ptr<ByteStream> packed);
/// Unpacks zstd. Takes as much memory as the file's window, at most 128 MiB.
Result<std::unique_ptr<ByteStream>> make_zstd_stream(std::unique_ptr<ByteStream> packed);
/// Turns UTF-16, which begins with its byte order mark, into UTF-8 without one; a lone surrogate becomes U+FFFD.
std::unique_ptr<ByteStream> make_utf16_stream(std::unique_ptr<ByteStream> utf16);
}  // namespace weir::logs
