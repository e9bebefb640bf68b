#include "duck/scalar_function.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "duck/database.h"

namespace weir::duck {
namespace {
class ScalarFunctionTest : public testing::Test {
 protected:
  std::string value(std::string_view sql) {
    const auto result = connection_.query_value(sql);
    return result ? result->value_or("NULL") : "error: " + result.error().text();
  }
  std::shared_ptr<Database> database_ = Database::open().value();
  Connection connection_ = database_->connect().value();
};

ScalarFunction half(bool sees_nulls) {
  return {.name = "half",
          .arguments = {{.id = TypeId::kBigInt}},
          .returns = {.id = TypeId::kDouble},
          .sees_nulls = sees_nulls,
          .call = [](ScalarCall& call) -> Status {
            const VectorView& values = call.arguments()[0];
            auto* out = static_cast<double*>(call.result_data());
            for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
              out[row] = values.is_null(row) ? -1.0 : static_cast<double>(values.values<std::int64_t>()[row]) / 2;
            }
            return {};
          }};
}

TEST_F(ScalarFunctionTest, GivesAValueForEachRow) {
  ASSERT_TRUE(register_scalar_function(connection_, half(false)));
  EXPECT_EQ(value("select half(7)"), "3.5");
  EXPECT_EQ(value("select sum(half(i)) from range(100000) t(i)"), "2499975000.0");
  EXPECT_EQ(database_->connect()->query_value("select half(1)").value(), "0.5") << "another connection";
}

TEST_F(ScalarFunctionTest, NullArgumentsGiveNull) {
  ASSERT_TRUE(register_scalar_function(connection_, half(false)));
  EXPECT_EQ(value("select half(NULL)"), "NULL");
  EXPECT_EQ(value("select count(half(nullif(i % 3, 0))) from range(9000) t(i)"), "6000");
}

TEST_F(ScalarFunctionTest, AFunctionMaySeeNulls) {
  ASSERT_TRUE(register_scalar_function(connection_, half(true)));
  EXPECT_EQ(value("select sum(half(nullif(i, 2))) from range(3) t(i)"), "-0.5");
}

TEST_F(ScalarFunctionTest, TakesAndGivesTexts) {
  ASSERT_TRUE(register_scalar_function(connection_, {.name = "twice_text",
                                                     .arguments = {{.id = TypeId::kVarchar}},
                                                     .returns = {.id = TypeId::kVarchar},
                                                     .call = [](ScalarCall& call) -> Status {
                                                       for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
                                                         const std::string text(call.arguments()[0].bytes(row));
                                                         call.result().set_text(row, text + text);
                                                       }
                                                       return {};
                                                     }}));
  EXPECT_EQ(value("select string_agg(twice_text(s)) from (values ('ab'), (''), ('longer than twelve')) t(s)"),
            "abab,,longer than twelvelonger than twelve");
}

TEST_F(ScalarFunctionTest, AnErrorEndsTheStatement) {
  ASSERT_TRUE(register_scalar_function(connection_, {.name = "fails",
                                                     .arguments = {{.id = TypeId::kInteger}},
                                                     .returns = {.id = TypeId::kInteger},
                                                     .call = [](ScalarCall&) -> Status { return fail(ErrorCode::kInvalid, "not today", "fails"); }}));
  const std::string error = value("select sum(fails(i::int)) from range(10) t(i)");
  EXPECT_TRUE(error.contains("fails: not today")) << error;
}

TEST_F(ScalarFunctionTest, RefusesTypesAndNamesThatItCannotHave) {
  ScalarFunction function = half(false);
  function.returns = {.id = TypeId::kDecimal, .width = 10, .scale = 2};
  EXPECT_EQ(register_scalar_function(connection_, function).error().text(), "half: a function cannot take or give DECIMAL(10,2)");
}
}  // namespace
}  // namespace weir::duck
