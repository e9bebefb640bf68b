#include "metadb/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "core/files.h"

namespace weir::metadb {
namespace {
using testing::HasSubstr;

constexpr std::array<std::string_view, 1> kNotes = {"CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT UNIQUE)"};
constexpr std::array<std::string_view, 2> kNotesWithAuthor = {
    kNotes[0], "ALTER TABLE notes ADD COLUMN author TEXT; UPDATE notes SET author = 'nobody'"};

class DatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Database> open(std::span<const std::string_view> migrations = kNotes) {
    auto database = Database::open(file(), migrations);
    EXPECT_TRUE(database) << database.error().text();
    return std::move(database).value();
  }
  static Write add_note(std::string text) {
    return [text = std::move(text)](Writer& writer) {
      return writer.execute("INSERT INTO notes(text) VALUES (?)", {text});
    };
  }
  static std::int64_t notes_count(Database& database) {
    return database.read("SELECT count(*) FROM notes").value()[0].integer(0);
  }
  std::filesystem::path file() const { return folder_.path() / "state" / "notes.db"; }

  TempDir folder_ = TempDir::create().value();
};

TEST_F(DatabaseTest, KeepsWhatWasWritten) {
  ASSERT_TRUE(open()->write(add_note("hello")));
  EXPECT_EQ(open()->read("SELECT text FROM notes").value()[0].text(0), "hello");
}

TEST_F(DatabaseTest, KeepsASmallWalAndEndsALargeOne) {
  const std::string wal = file().string() + "-wal";
  ASSERT_TRUE(open()->write(add_note("small")));
  EXPECT_TRUE(std::filesystem::exists(wal));
  ASSERT_TRUE(open()->write(add_note(std::string(2U << 20U, 'x'))));
  EXPECT_FALSE(std::filesystem::exists(wal));
  EXPECT_EQ(notes_count(*open()), 2);
}

TEST_F(DatabaseTest, GivesEveryKindOfValueBack) {
  const auto database = open();
  const auto rows = database->read("SELECT ?, ?, ?, ?", {nullptr, 7, 2.5, std::string("a\0b", 3)}).value();
  EXPECT_TRUE(rows[0].is_null(0));
  EXPECT_EQ(rows[0].maybe_integer(0), std::nullopt);
  EXPECT_EQ(rows[0].integer(1), 7);
  EXPECT_EQ(std::get<double>(rows[0].values[2]), 2.5);
  EXPECT_EQ(rows[0].text(3), std::string("a\0b", 3));
}

TEST_F(DatabaseTest, ReusesAStatementWithFewerParametersBound) {
  const auto database = open();
  ASSERT_TRUE(database->read("SELECT ?", {"old"}));
  EXPECT_TRUE(database->read("SELECT ?").value()[0].is_null(0));
}

TEST_F(DatabaseTest, BringsAnOlderSchemaUpToDate) {
  ASSERT_TRUE(open(kNotes)->write(add_note("old")));
  EXPECT_EQ(open(kNotesWithAuthor)->read("SELECT author FROM notes").value()[0].text(0), "nobody");
}

TEST_F(DatabaseTest, RefusesANewerSchema) {
  (void)open(kNotesWithAuthor);
  const auto database = Database::open(file(), kNotes);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(database.error().text(),
              HasSubstr("notes.db: a newer weir wrote this file (schema 2, this weir knows 1)"));
}

TEST_F(DatabaseTest, LeavesTheSchemaWhenAMigrationFails) {
  (void)open(kNotes);
  constexpr std::array<std::string_view, 2> kBroken = {kNotes[0], "CREATE TABLE extra(x); CREATE TABLE notes(y)"};
  EXPECT_FALSE(Database::open(file(), kBroken));
  EXPECT_EQ(open(kNotes)->read("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").value()[0].integer(0), 0);
}

TEST_F(DatabaseTest, SaysWhatToDoAboutAFileThatIsNoDatabase) {
  ASSERT_TRUE(write_file(file(), std::string(5000, 'x')));
  const auto database = Database::open(file(), kNotes);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(database.error().text(), HasSubstr("may be deleted"));
}

TEST_F(DatabaseTest, SaysWhatToDoAboutADamagedPage) {
  {
    // Enough that closing moves the pages from the WAL to the file.
    const auto database = open();
    for (int i = 0; i < 500; ++i) {
      database->submit(add_note(std::string(4000, 'x') + std::to_string(i)));
    }
  }
  std::string bytes = read_file(file()).value();
  std::fill(bytes.begin() + 4096, bytes.end(), '\xEE');
  ASSERT_TRUE(write_file(file(), bytes));
  auto database = Database::open(file(), kNotes);
  const auto rows = database ? (*database)->read("SELECT max(length(text)) FROM notes")
                             : Result<std::vector<Row>>(std::unexpected(database.error()));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kCorrupt);
}

TEST_F(DatabaseTest, ReportsAFolderThatCannotBeMade) {
  ASSERT_TRUE(write_file(folder_.path() / "state", "a file where the folder should be"));
  const auto database = Database::open(file(), kNotes);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kIo);
}

TEST_F(DatabaseTest, ReportsWrongSqlAsABug) {
  const auto rows = open()->read("SELECT nothing FROM nowhere");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kInternal);
}

TEST_F(DatabaseTest, ReportsABrokenConstraint) {
  const auto database = open();
  ASSERT_TRUE(database->write(add_note("once")));
  const Status again = database->write(add_note("once"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

TEST_F(DatabaseTest, TakesBackAFailedWriteWhole) {
  const auto database = open();
  const Status status = database->write([](Writer& writer) -> Status {
    WEIR_TRY(writer.execute("INSERT INTO notes(text) VALUES ('half')"));
    return fail(ErrorCode::kCancelled, "changed my mind");
  });
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(notes_count(*database), 0);
}

TEST_F(DatabaseTest, SurvivesAWriteThatThrows) {
  const auto database = open();
  const Status status = database->write([](Writer&) -> Status { throw std::runtime_error("oops"); });
  EXPECT_THAT(status.error().message, HasSubstr("oops"));
  EXPECT_TRUE(database->write(add_note("still works")));
}

TEST_F(DatabaseTest, SeesItsOwnChangesInsideAWrite) {
  const Status status = open()->write([](Writer& writer) -> Status {
    WEIR_TRY(writer.execute("INSERT INTO notes(text) VALUES ('a'), ('b')"));
    EXPECT_EQ(writer.changes_count(), 2);
    WEIR_TRY_ASSIGN(const auto rows, writer.read("SELECT count(*) FROM notes"));
    EXPECT_EQ(rows[0].integer(0), 2);
    return {};
  });
  EXPECT_TRUE(status);
}
}  // namespace
}  // namespace weir::metadb
