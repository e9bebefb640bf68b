#include "generate/file_writer.h"

#include <gtest/gtest.h>

#include "core/files.h"

namespace weir::generate {
namespace {
class FileWriterTest : public ::testing::Test {
 protected:
  FileWriter open_writer() { return *FileWriter::create(path()); }
  std::filesystem::path path() const { return folder_.path() / "a.csv"; }
  std::ptrdiff_t files_count() const {
    return std::distance(std::filesystem::directory_iterator(folder_.path()), std::filesystem::directory_iterator());
  }
  TempDir folder_ = *TempDir::create();
};

TEST_F(FileWriterTest, ShowsTheFileOnlyWhenItIsWhole) {
  FileWriter writer = open_writer();
  writer.append("hello\n");
  EXPECT_FALSE(std::filesystem::exists(path()));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(*read_file(path()), "hello\n");
  EXPECT_EQ(writer.size_bytes(), 6U);
  EXPECT_EQ(files_count(), 1);
}

TEST_F(FileWriterTest, ReplacesAnOlderFile) {
  ASSERT_TRUE(write_file(path(), "old and longer"));
  FileWriter writer = open_writer();
  writer.append("new");
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(*read_file(path()), "new");
}

TEST_F(FileWriterTest, LeavesNothingBehindWhenDropped) {
  {
    FileWriter writer = open_writer();
    writer.append("half");
  }
  EXPECT_EQ(files_count(), 0);
}

TEST_F(FileWriterTest, KeepsWhatIsLargerThanItsBuffer) {
  std::string text;
  while (text.size() < 3 * FileWriter::kBufferBytes) {
    text += std::to_string(text.size()) + ",";
  }
  FileWriter writer = open_writer();
  writer.append(text);
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(*read_file(path()), text);
}

TEST_F(FileWriterTest, RefusesAFolderThatIsNotThere) {
  const auto writer = FileWriter::create(folder_.path() / "missing" / "a.csv");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kIo);
  EXPECT_NE(writer.error().text().find("missing"), std::string::npos);
}

TEST_F(FileWriterTest, TellsOfAFullDisk) {
  const std::filesystem::path full = "/dev/full";
  if (!std::filesystem::exists(full)) {
    GTEST_SKIP() << "no /dev/full on this machine";
  }
  std::filesystem::create_symlink(full, folder_.path() / ".a.csv.part");
  FileWriter writer = open_writer();
  writer.append(std::string(2 * FileWriter::kBufferBytes, 'x'));
  EXPECT_FALSE(writer.is_fine());
  const Status status = writer.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_FALSE(std::filesystem::exists(path()));
}
}  // namespace
}  // namespace weir::generate
