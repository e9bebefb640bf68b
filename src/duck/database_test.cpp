#include "duck/database.h"

#include <gtest/gtest.h>

#include <thread>

namespace weir::duck {
namespace {
class DatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = Database::open();
    ASSERT_TRUE(database) << database.error().text();
    database_ = *database;
    connection_.emplace(database_->connect().value());
  }
  std::string value(const std::string& sql) {
    auto result = connection_->query_value(sql);
    return result ? result->value_or("NULL") : "error: " + result.error().text();
  }
  std::shared_ptr<Database> database_;
  std::optional<Connection> connection_;
};

TEST_F(DatabaseTest, PrintsEveryTypeAsDuckDbCastsItToText) {
  for (const char* expression :
       {"true", "(-5)::TINYINT", "300::SMALLINT", "-70000", "9223372036854775807", "'-170141183460469231731687303715884105728'::HUGEINT",
        "340282366920938463463374607431768211455::UHUGEINT", "200::UTINYINT", "18446744073709551615::UBIGINT", "1.5::FLOAT", "0.1::DOUBLE",
        "1::DOUBLE", "1e20::DOUBLE", "1e16::DOUBLE", "123456789012345::DOUBLE", "'inf'::DOUBLE", "-12.30::DECIMAL(4,2)", "0.05::DECIMAL(9,2)",
        "-0.05::DECIMAL(18,2)", "12345678901234567890.12::DECIMAL(38,2)", "'text with ''quote'", "'Grüße 안녕'", "'\\xAA\\x00z'::BLOB",
        "DATE '2024-02-29'", "DATE '0044-03-15 (BC)'", "'infinity'::DATE", "TIME '12:34:56.78'", "'12:00:00+05:30'::TIMETZ",
        "TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMPTZ '2024-01-01 12:00:00.5+02'",
        "'2024-01-01 01:02:03'::TIMESTAMP_S", "'2024-01-01 01:02:03.123'::TIMESTAMP_MS", "'2024-01-01 01:02:03.123456789'::TIMESTAMP_NS",
        "INTERVAL '14 months 3 days 04:05:06'", "INTERVAL '-1 day'", "'6f1de0a7-0000-4000-8000-00000000ffff'::UUID",
        "'b'::ENUM('a','b')", "'0101101'::BIT", "[1, NULL, 3]", "['a', 'b c', 'it''s', NULL]", "{'a': 1, 'b': [DATE '2024-01-01']}",
        "MAP {'k': 1, 'l': NULL}", "[1,2,3]::INTEGER[3]", "[]", "NULL::INTEGER"}) {
    EXPECT_EQ(value(std::string("SELECT ") + expression), value(std::string("SELECT CAST(") + expression + " AS VARCHAR)")) << expression;
  }
}

TEST_F(DatabaseTest, SaysWhereAStatementIsWrong) {
  const auto result = connection_->query("SELECT 1,\n  nope FROM range(3)");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  ASSERT_TRUE(result.error().place);
  EXPECT_EQ(result.error().place->line, 2);
  EXPECT_EQ(result.error().place->column, 3);
  EXPECT_NE(result.error().message.find("nope"), std::string::npos);
}

TEST_F(DatabaseTest, SyntaxErrorsHaveAPlaceToo) {
  const auto result = connection_->query("SELECT 1;\nSELEC 2");
  ASSERT_FALSE(result);
  ASSERT_TRUE(result.error().place);
  EXPECT_EQ(result.error().place->line, 2);
}

TEST_F(DatabaseTest, RunsSeveralStatementsAndGivesTheLastOnesRows) {
  EXPECT_EQ(value("CREATE TABLE t(x INTEGER); INSERT INTO t VALUES (1), (2); SELECT sum(x) FROM t"), "3");
}

TEST_F(DatabaseTest, AnEmptyStatementIsRefused) { EXPECT_FALSE(connection_->query("  ")); }

TEST_F(DatabaseTest, StopEndsARunningStatement) {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const auto result = connection_->query("SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000) b(i)", stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
}

TEST_F(DatabaseTest, StreamsRowsInChunks) {
  auto result = connection_->stream("SELECT i FROM range(100000) r(i)");
  ASSERT_TRUE(result);
  std::uint64_t rows = 0;
  std::int64_t sum = 0;
  for (auto chunk = result->next(); chunk && *chunk; chunk = result->next()) {
    rows += (*chunk)->rows_count();
    for (const std::int64_t number : (*chunk)->column(0).values<std::int64_t>()) {
      sum += number;
    }
  }
  EXPECT_EQ(rows, 100000U);
  EXPECT_EQ(sum, 4999950000);
}

TEST_F(DatabaseTest, AppenderWritesTypedRows) {
  ASSERT_TRUE(connection_->execute("CREATE TABLE t(a BIGINT, b VARCHAR, c DOUBLE, d BOOLEAN, e TIMESTAMP)"));
  auto appender = Appender::open(*connection_, "", "", "t");
  ASSERT_TRUE(appender);
  ASSERT_TRUE(appender->integer(7) && appender->text("x\0y") && appender->number(0.5) && appender->boolean(true) &&
              appender->timestamp(Timestamp{}) && appender->end_row());
  ASSERT_TRUE(appender->integer(8) && appender->null() && appender->null() && appender->null() && appender->null() && appender->end_row());
  ASSERT_TRUE(appender->close());
  EXPECT_EQ(value("SELECT count(*) || ',' || sum(a) || ',' || count(b) || ',' || max(e) FROM t"), "2,15,1,1970-01-01 00:00:00");
}

TEST_F(DatabaseTest, AppenderRefusesAnUnknownTable) {
  const auto appender = Appender::open(*connection_, "", "", "nope");
  ASSERT_FALSE(appender);
  EXPECT_NE(appender.error().message.find("nope"), std::string::npos);
}

TEST_F(DatabaseTest, ArrowGoesOutAndComesBack) {
  auto result = connection_->query("SELECT i AS a, 'v' || i AS b, [i, NULL] AS c FROM range(3000) r(i)");
  ASSERT_TRUE(result);
  auto schema = result->arrow_schema();
  ASSERT_TRUE(schema);
  EXPECT_STREQ(schema->get()->children[1]->name, "b");
  ASSERT_TRUE(connection_->execute("CREATE TABLE t(a BIGINT, b VARCHAR, c BIGINT[])"));
  auto appender = Appender::open(*connection_, "", "", "t");
  ASSERT_TRUE(appender);
  for (auto chunk = result->next(); chunk && *chunk; chunk = result->next()) {
    auto array = result->to_arrow(**chunk);
    ASSERT_TRUE(array);
    const Status status = appender->arrow(std::move(*array), *schema);
    ASSERT_TRUE(status) << status.error().text();
  }
  ASSERT_TRUE(appender->close());
  EXPECT_EQ(value("SELECT count(*) || ',' || sum(a) || ',' || max(b) || ',' || sum(c[1]) || ',' || count(c[2]) FROM t"), "3000,4498500,v999,4498500,0");
}

TEST_F(DatabaseTest, BindsParametersAsText) {
  auto result = connection_->query_with("SELECT ?::INTEGER + 1, ?", {"41", std::nullopt});
  ASSERT_TRUE(result) << result.error().text();
  const auto chunk = result->next();
  ASSERT_TRUE(chunk && *chunk);
  EXPECT_EQ((*chunk)->column(0).integer(0), 42);
  EXPECT_TRUE((*chunk)->column(1).is_null(0));
}

TEST_F(DatabaseTest, DescribesWithoutRunning) {
  const auto columns = connection_->describe("SELECT 1::DECIMAL(10,2) AS amount, {'a': 'x'} AS s");
  ASSERT_TRUE(columns);
  EXPECT_EQ((*columns)[0].type.sql(), "DECIMAL(10,2)");
  EXPECT_EQ((*columns)[1].type.sql(), "STRUCT(\"a\" VARCHAR)");
}

TEST_F(DatabaseTest, GivesUpWithinItsMemoryLimit) {
  const auto small = Database::open({.memory_limit_bytes = 50U << 20U, .threads_count = 1, .temp_folder = "/nonexistent/folder"});
  ASSERT_TRUE(small);
  auto connection = (*small)->connect();
  const auto result = connection->query("SELECT list(i) FROM range(50000000) r(i)");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kIo) << result.error().text();
  EXPECT_NE(result.error().message.find("--memory"), std::string::npos) << result.error().text();
}
}  // namespace
}  // namespace weir::duck
