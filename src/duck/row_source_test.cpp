#include "duck/row_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "duck/database.h"

namespace weir::duck {
namespace {
/// Counts from 0 up to `rows_count`, over several threads.
class Numbers : public RowSource {
 public:
  explicit Numbers(std::uint64_t rows_count, std::optional<std::uint64_t> fails_at = std::nullopt)
      : rows_count_(rows_count), fails_at_(fails_at) {}
  std::vector<Column> columns() const override {
    const Type list{.id = TypeId::kList, .children = {{"element", {.id = TypeId::kInteger}}}};
    return {{"number", {.id = TypeId::kBigInt}},
            {"text", {.id = TypeId::kVarchar}},
            {"amount", {.id = TypeId::kDecimal, .width = 20, .scale = 2}},
            {"list", list},
            {"pair", {.id = TypeId::kStruct, .children = {{"a", {.id = TypeId::kDouble}}, {"b", list}}}}};
  }
  Result<std::shared_ptr<RowScan>> open_scan() override { return std::make_shared<Scan>(*this); }

 private:
  struct Scan : RowScan {
    explicit Scan(const Numbers& numbers) : numbers_(numbers) {}
    unsigned threads_count_max() const override { return 4; }
    Result<std::unique_ptr<RowReader>> open_reader() override { return std::make_unique<Reader>(*this); }
    const Numbers& numbers_;
    std::atomic<std::uint64_t> next = 0;
  };
  struct Reader : RowReader {
    explicit Reader(Scan& scan) : scan_(scan) {}
    Result<std::uint64_t> read(RowWriter& rows) override {
      __extension__ using Wide = __int128;
      std::uint64_t row = 0;
      for (; row < rows.capacity(); ++row) {
        const std::uint64_t number = scan_.next++;
        if (number >= scan_.numbers_.rows_count_) {
          return row;
        }
        if (number == scan_.numbers_.fails_at_) {
          return fail(ErrorCode::kCorrupt, "a number is missing", "numbers");
        }
        rows.column(0).set(row, static_cast<std::int64_t>(number));
        if (number % 3 == 0) {
          rows.column(1).set_null(row);
        } else {
          rows.column(1).set_text(row, number % 2 == 0 ? "short" : "a text that is longer than twelve bytes");
        }
        rows.column(2).set(row, static_cast<Wide>(number) * 100 + 5);
        write_list(rows.column(3), row, number % 4);
        VectorWriter pair = rows.column(4);
        pair.field(0).set(row, static_cast<double>(number) / 2);
        VectorWriter list = pair.field(1);
        write_list(list, row, 1);
      }
      return row;
    }
    static void write_list(VectorWriter& list, std::uint64_t row, std::uint64_t count) {
      const std::uint64_t first = list.append_list(row, count);
      VectorWriter elements = list.elements();
      for (std::uint64_t i = 0; i < count; ++i) {
        elements.set(first + i, static_cast<std::int32_t>(i));
      }
    }
    Scan& scan_;
  };
  std::uint64_t rows_count_;
  std::optional<std::uint64_t> fails_at_;
};

class RowSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = Database::open({.threads_count = 4}).value();
    connection_.emplace(database_->connect().value());
    ASSERT_TRUE(connection_->execute("SET preserve_insertion_order = false"));
  }
  std::string value(const std::string& sql) {
    auto result = connection_->query_value(sql);
    return result ? result->value_or("NULL") : "error: " + result.error().text();
  }
  std::shared_ptr<Database> database_;
  std::optional<Connection> connection_;
};

TEST_F(RowSourceTest, GivesEachRowOnceOverManyThreads) {
  auto bound = RowSourceBinding::bind(std::make_shared<Numbers>(100'000));
  ASSERT_TRUE(bound) << bound.error().text();
  EXPECT_EQ(
      value("SELECT concat_ws(' ', count(*), count(DISTINCT number), sum(number), count(text), sum(len(list))) FROM " +
            bound->sql()),
      "100000 100000 4999950000 66666 150000");
}

TEST_F(RowSourceTest, WritesEveryKindOfValue) {
  auto bound = RowSourceBinding::bind(std::make_shared<Numbers>(10'000));
  ASSERT_TRUE(bound);
  EXPECT_EQ(value("SELECT t::VARCHAR FROM " + bound->sql() + " t WHERE number = 9007"),
            "{'number': 9007, 'text': a text that is longer than twelve bytes, 'amount': 9007.05, 'list': [0, 1, 2], "
            "'pair': {'a': 4503.5, 'b': "
            "[0]}}");
  EXPECT_EQ(value("SELECT text FROM " + bound->sql() + " WHERE number = 4"), "short");
}

TEST_F(RowSourceTest, CanBeReadAgainAndByOtherConnections) {
  auto bound = RowSourceBinding::bind(std::make_shared<Numbers>(5));
  auto other = database_->connect().value();
  auto again = RowSourceBinding::bind(std::make_shared<Numbers>(7));
  ASSERT_TRUE(bound && again);
  EXPECT_EQ(value("SELECT count(*) FROM " + bound->sql() + " a, " + bound->sql() + " b"), "25");
  EXPECT_EQ(other.query_integer("SELECT count(*) FROM " + bound->sql()).value(), 5);
  EXPECT_EQ(value("SELECT count(*) FROM " + again->sql()), "7");
}

TEST_F(RowSourceTest, ConnectionsOfANewDatabaseBindAtOnce) {
  for (int round = 0; round < 30; ++round) {
    const auto database = Database::open({.threads_count = 1}).value();
    constexpr std::size_t kThreads = 24;  // more than processors: some are interrupted in the middle
    std::latch start(kThreads);
    std::vector<std::string> errors(kThreads);
    {
      std::vector<std::jthread> threads;
      for (std::string& error : errors) {
        threads.emplace_back([&] {
          Connection connection = database->connect().value();
          start.arrive_and_wait();
          const auto binding = RowSourceBinding::bind(std::make_shared<Numbers>(10)).value();
          const auto count = connection.query_integer("SELECT count(*) FROM " + binding.sql());
          error = count ? "" : count.error().text();
        });
      }
    }
    ASSERT_EQ(errors, std::vector<std::string>(kThreads)) << "round " << round;
  }
}

TEST_F(RowSourceTest, AReadersErrorEndsTheStatementAndIsKeptAsItWas) {
  auto bound = RowSourceBinding::bind(std::make_shared<Numbers>(100'000, 77'777));
  ASSERT_TRUE(bound);
  EXPECT_NE(value("SELECT count(*) FROM " + bound->sql()).find("numbers: a number is missing"), std::string::npos);
  const auto error = bound->take_error();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kCorrupt);
  EXPECT_FALSE(bound->take_error());
}

TEST_F(RowSourceTest, IsGoneWithItsBinding) {
  std::string sql;
  {
    auto bound = RowSourceBinding::bind(std::make_shared<Numbers>(5));
    sql = bound->sql();
  }
  EXPECT_NE(value("SELECT count(*) FROM " + sql).find("gone"), std::string::npos);
}

/// Rows of a function; remembers the columns that were asked for.
class Letters : public RowSource {
 public:
  explicit Letters(std::string letter, std::vector<std::size_t>& wanted) : letter_(std::move(letter)), wanted_(wanted) {}
  std::vector<Column> columns() const override {
    return {{"letter", {.id = TypeId::kVarchar}}, {"number", {.id = TypeId::kBigInt}}, {"other", {.id = TypeId::kVarchar}}};
  }
  Result<std::shared_ptr<RowScan>> open_scan() override { return fail(ErrorCode::kInternal, "only in part"); }
  Result<std::shared_ptr<RowScan>> open_projection(std::span<const std::size_t> wanted) override {
    wanted_.assign(wanted.begin(), wanted.end());
    return std::make_shared<Scan>(*this);
  }

 private:
  struct Scan : RowScan {
    explicit Scan(const Letters& letters) : letters_(letters) {}
    unsigned threads_count_max() const override { return 1; }
    Result<std::unique_ptr<RowReader>> open_reader() override { return std::make_unique<Reader>(letters_); }
    const Letters& letters_;
  };
  struct Reader : RowReader {
    explicit Reader(const Letters& letters) : letters_(letters) {}
    Result<std::uint64_t> read(RowWriter& rows) override {
      constexpr std::uint64_t kRows = 3;
      for (std::uint64_t row = 0; row < kRows && !is_over_; ++row) {
        for (std::size_t i = 0; i < letters_.wanted_.size(); ++i) {
          if (letters_.wanted_[i] == 1) {
            rows.column(i).set(row, static_cast<std::int64_t>(row));
          } else {
            rows.column(i).set_text(row, letters_.letter_);
          }
        }
      }
      return std::exchange(is_over_, true) ? 0 : kRows;
    }
    const Letters& letters_;
    bool is_over_ = false;
  };
  std::string letter_;
  std::vector<std::size_t>& wanted_;
};

class TableFunctionTest : public RowSourceTest {
 protected:
  void SetUp() override {
    RowSourceTest::SetUp();
    ASSERT_TRUE(register_table_function(*connection_, {.name = "letters",
                                                       .options = {"upper"},
                                                       .open = [this](const TableFunctionCall& call) -> Result<std::shared_ptr<RowSource>> {
                                                         if (call.argument.empty()) {
                                                           return fail(ErrorCode::kInvalid, "which letter?");
                                                         }
                                                         const auto upper = call.options.find("upper");
                                                         return std::make_shared<Letters>(upper == call.options.end() ? call.argument : upper->second, wanted_);
                                                       }}));
  }
  std::vector<std::size_t> wanted_;
};

TEST_F(TableFunctionTest, ReadsOnlyWhatIsNeeded) {
  EXPECT_EQ(connection_->query_value("SELECT sum(number) FROM letters('x')").value(), "3");
  EXPECT_EQ(wanted_, (std::vector<std::size_t>{1}));
  EXPECT_EQ(connection_->query_value("SELECT max(other || number) FROM letters('a text of more than twelve')").value(), "a text of more than twelve2");
  EXPECT_EQ(connection_->query_value("SELECT count(*) FROM letters('x')").value(), "3");
}
TEST_F(TableFunctionTest, TakesNamedTexts) {
  EXPECT_EQ(connection_->query_value("SELECT any_value(letter) FROM letters('x', upper => 'Y')").value(), "Y");
  EXPECT_FALSE(connection_->query_value("SELECT 1 FROM letters('x', lower => 'Y')"));
}
TEST_F(TableFunctionTest, OtherConnectionsKnowIt) {
  Connection other = database_->connect().value();
  EXPECT_EQ(other.query_value("SELECT count(*) FROM letters('x') a, letters('y') b").value(), "9");
}
TEST_F(TableFunctionTest, TellsWhatIsWrongWithACall) {
  const auto result = connection_->query_value("SELECT 1 FROM letters('')");
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().text().find("which letter?"), std::string::npos) << result.error().text();
}
}  // namespace
}  // namespace weir::duck
