#include "ingest/text_stream.h"

#include <gmock/gmock.h>
#include <zlib.h>
#include <zstd.h>

#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
struct Text {
  std::string text;
  std::string encoding;
};

Text read_all(std::string_view bytes, std::string_view encoding = "auto", std::size_t step = 1U << 20U) {
  const TestFolder folder;
  auto stream = TextStream::open(folder.write("in", bytes), encoding);
  Text out;
  if (!stream) {
    return {stream.error().message, "error"};
  }
  while (!(*stream)->at_end()) {
    if (const auto status = (*stream)->read(out.text, step); !status) {
      return {status.error().message, "error"};
    }
  }
  out.encoding = (*stream)->encoding();
  return out;
}

std::string utf16(std::u16string_view text, bool big) {
  std::string out;
  for (const char16_t unit : text) {
    const auto high = static_cast<char>(unit >> 8U);
    const auto low = static_cast<char>(unit & 0xFFU);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

TEST(TextStream, ByteOrderMarksDecide) {
  EXPECT_EQ(read_all("\xEF\xBB\xBFgrün").text, "grün");
  EXPECT_EQ(read_all(utf16(u"\uFEFFgrün 한 😎", false)).text, "grün 한 😎");
  EXPECT_EQ(read_all(utf16(u"\uFEFFgrün", true)).text, "grün");
}

TEST(TextStream, Utf16WithoutAMarkIsKnownByItsZeros) {
  const Text text = read_all(utf16(u"id,name\n1,grün\n", false));
  EXPECT_EQ(text.text, "id,name\n1,grün\n");
  EXPECT_EQ(text.encoding, "utf-16le");
}

TEST(TextStream, BytesThatCannotBeUtf8MakeItWindows1252) {
  const Text text = read_all("caf\xE9 \x80 5");
  EXPECT_EQ(text.text, "café € 5");
  EXPECT_EQ(text.encoding, "windows-1252");
}

TEST(TextStream, AlsoLateInTheFile) {
  const std::string ascii(3U << 20U, 'a');
  const Text text = read_all(ascii + "caf\xE9");
  EXPECT_EQ(text.text, ascii + "café");
}

TEST(TextStream, OneBadByteDoesNotMakeUtf8SomethingElse) {
  const Text text = read_all("grün \xFF müde");
  EXPECT_EQ(text.encoding, "utf-8");
  EXPECT_EQ(text.text, "grün \xFF müde");
}

TEST(TextStream, CharactersMayBeCutBetweenReads) {
  EXPECT_EQ(read_all("aé한😎é한😎", "auto", 7).text, "aé한😎é한😎");
  EXPECT_EQ(read_all(utf16(u"é한😎é", false), "utf-16le", 7).text, "é한😎é");
}

TEST(TextStream, NamedEncodings) {
  EXPECT_EQ(read_all("\xC7\xD1\xB1\xDB", "euc-kr").text, "한글");
  EXPECT_EQ(read_all("caf\xE9", "latin-1").text, "café");
  EXPECT_FALSE(check_encoding("utf-9", {}));
  EXPECT_TRUE(check_encoding("Shift_JIS", {}));
}

TEST(TextStream, UnpacksGzipMembersAndZstandard) {
  const auto gzip = [](std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib's way
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  };
  EXPECT_EQ(read_all(gzip("one,") + gzip("two")).text, "one,two");
  EXPECT_THAT(read_all(gzip("a text that is long enough to be cut").substr(0, 30)).text, ::testing::HasSubstr("ends too early"));
  std::string zstd(200, '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), "three", 5, 3));
  EXPECT_EQ(read_all(zstd).text, "three");
}

TEST(TextStream, EscapesWhatIsNotUtf8) { EXPECT_EQ(escape_invalid_utf8("a\xFFü\xC3"), "a\\xFFü\\xC3"); }
}  // namespace
}  // namespace weir::ingest
