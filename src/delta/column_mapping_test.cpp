#include "delta/column_mapping.h"

#include <gmock/gmock.h>

#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
using testing::ElementsAre;
using testing::IsEmpty;

Field column(const std::string& name, DataType type = {.kind = TypeKind::kLong}) {
  return {name, std::move(type), true, {}};
}
DataType struct_of(std::vector<Field> fields) {
  return {.kind = TypeKind::kStruct, .fields = std::move(fields)};
}
DataType list_of(DataType element) {
  return {.kind = TypeKind::kArray, .fields = {column("element", std::move(element))}};
}

class ColumnMappingTest : public TableTest {
 protected:
  Schema mapped(Schema schema, NewNames names = NewNames::kRandom) {
    map_columns(schema, properties_, names, random_);
    return schema;
  }
  void change_schema(const Schema& schema) {
    auto transaction = Transaction::begin(load()).value();
    ASSERT_TRUE(transaction.set_schema(schema));
    commit(transaction);
  }
  StringMap properties_;
};

TEST_F(ColumnMappingTest, GivesIdsToColumnsAndFieldsOfStructsButNotToElements) {
  const Schema schema = mapped({{column("a"), column("l", list_of(struct_of({column("x")})))}});
  EXPECT_EQ(field_ids_sql(schema, {"a"}, ColumnMapping::kNone), R"({"l": {__duckdb_field_id: 2, "element": {"x": 3}}})");
  EXPECT_EQ(properties_.find("delta.columnMapping.maxColumnId")->second, "3");
  EXPECT_THAT(mapping_problems(schema, properties_), IsEmpty());
}

TEST_F(ColumnMappingTest, KeepsTheNamesThatFilesHave) {
  EXPECT_EQ(physical_name(mapped({{column("a")}}, NewNames::kOwn).fields[0], ColumnMapping::kName), "a");
}

TEST_F(ColumnMappingTest, NeverGivesAnIdTwice) {
  Schema schema = mapped({{column("a"), column("b")}});
  schema.fields.pop_back();
  schema.fields.push_back(column("c"));
  EXPECT_EQ(field_id(mapped(schema).fields[1]), 3);
}

TEST_F(ColumnMappingTest, FindsDoubledAndMissingIds) {
  Schema schema = mapped({{column("a")}});
  schema.fields.push_back(schema.fields[0]);
  schema.fields.push_back(column("c"));
  EXPECT_EQ(mapping_problems(schema, properties_).size(), 3U);
}

TEST_F(ColumnMappingTest, TheLastColumnStays) {
  EXPECT_FALSE(without_column({{column("s", struct_of({column("x")}))}}, {"s", "x"}));
}

TEST_F(ColumnMappingTest, OnlyNoneBecomesName) {
  const auto mode = [](const std::string& text) { return StringMap{{"delta.columnMapping.mode", text}}; };
  EXPECT_TRUE(check_mapping_change({}, mode("name")));
  EXPECT_FALSE(check_mapping_change({}, mode("id")));
  EXPECT_FALSE(check_mapping_change(mode("name"), {}));
  EXPECT_FALSE(check_mapping_change(mode("id"), mode("name")));
}

TEST_F(ColumnMappingTest, AColumnOfTheSameNameAsADroppedOneIsAnother) {
  auto transaction = Transaction::create(location_, {.schema = {{column("a"), column("b")}},
                                                     .properties = {{"delta.columnMapping.mode", "name"}}}, random_).value();
  transaction.add_files(write("SELECT 1::BIGINT AS a, 2::BIGINT AS b", transaction.schema(),
                              {.properties = transaction.metadata().configuration}));
  commit(transaction);
  change_schema(without_column(load()->schema(), {"b"}).value());
  Schema again = load()->schema();
  again.fields.push_back(column("b"));
  change_schema(again);
  EXPECT_THAT(rows(), ElementsAre("1|NULL"));
  EXPECT_THAT(rows(0), ElementsAre("1|2"));
}

TEST_F(ColumnMappingTest, FilesAreSkippedByStatisticsOfRenamedColumns) {
  auto transaction = Transaction::create(location_, {.schema = {{column("a"), column("p")}}, .partition_columns = {"p"},
                                                     .properties = {{"delta.columnMapping.mode", "id"}}}, random_).value();
  transaction.add_files(write("SELECT i AS a, i % 2 AS p FROM range(4) r(i)", transaction.schema(),
                              {.partition_columns = {"p"}, .properties = transaction.metadata().configuration}));
  commit(transaction);
  change_schema(with_renamed(with_renamed(load()->schema(), {"a"}, "n").value(), {"p"}, "q").value());
  EXPECT_THAT(load()->partition_columns(), ElementsAre("q"));
  EXPECT_THAT(rows(), ElementsAre("0|0", "1|1", "2|0", "3|1"));
}
}  // namespace
}  // namespace weir::delta
