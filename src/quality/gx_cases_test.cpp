// Great Expectations' own cases for the expectations that mean the same as checks of weir. The cases are data in
// ../shared/data/gx (see its README for their shape); a case applies where it does for PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
const std::filesystem::path kCases = "../shared/data/gx";

// What weir refuses where Great Expectations has an opinion: a list without values, bounds without bounds.
const std::set<std::string> kRefusedByWeir = {"empty_value_set", "negative_empty_values_set", "vacuously_true"};

std::vector<std::string> texts_of(const Json& node, std::string_view key) {
  const auto found = node.find(key);
  if (found == node.end() || found->is_null()) {
    return {};
  }
  return found->is_string() ? std::vector<std::string>{found->get<std::string>()} : found->get<std::vector<std::string>>();
}

bool applies(const Json& node) {
  const auto names_postgres = [&](std::string_view key) {
    return std::ranges::any_of(texts_of(node, key), [](const std::string& name) { return name == "postgresql" || name == "sqlalchemy"; });
  };
  return (texts_of(node, "only_for").empty() || names_postgres("only_for")) && !names_postgres("suppress_test_for");
}

// The type of a column of the case: declared, or seen in its values. Texts stay texts where a number is declared: the case is
// about comparing them with numbers.
std::string type_of(const Json& dataset, const std::string& column, const Json& values) {
  const bool has_texts = std::ranges::any_of(values, [](const Json& value) { return value.is_string(); });
  for (const char* engine : {"postgresql", "sqlite"}) {
    const Json declared = dataset.value("schemas", Json::object()).value(engine, Json::object());
    if (declared.contains(column)) {
      const std::string type = to_lower(declared[column].get<std::string>());
      if (type.starts_with("timestamp") || type == "datetime") {
        return "TIMESTAMP";
      }
      return has_texts ? "VARCHAR" : type;
    }
  }
  const auto all = [&](auto predicate) { return std::ranges::all_of(values, [&](const Json& value) { return value.is_null() || predicate(value); }); };
  if (all([](const Json& value) { return value.is_null(); })) {
    return "VARCHAR";
  }
  if (all([](const Json& value) { return value.is_number_integer(); })) {
    return "BIGINT";
  }
  return all([](const Json& value) { return value.is_number(); }) ? "DOUBLE" : "VARCHAR";
}

std::string sql_value(const Json& value) {
  return value.is_null() ? "NULL" : sql_string(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string cast(const std::string& value, const std::string& type) {
  if (type == "TIMESTAMP") {
    return "coalesce(try_cast(" + value + " AS TIMESTAMP), try_strptime(" + value + ", '%b %d %Y %H:%M:%S'))";
  }
  return "CAST(" + value + " AS " + type + ")";
}

std::string select_of(const Json& dataset) {
  const Json& data = dataset["data"];
  std::string out;
  const std::size_t rows_count = data.begin()->size();
  for (std::size_t row = 0; row <= rows_count; ++row) {  // the last one only gives types to an empty table
    std::vector<std::string> cells;
    for (const auto& [column, values] : data.items()) {
      cells.push_back(cast(row < rows_count ? sql_value(values[row]) : "NULL", type_of(dataset, column, values)) + " AS " + sql_name(column));
    }
    out += std::string(row == 0 ? "" : " UNION ALL ") + "SELECT " + join(cells, ", ") + (row < rows_count ? "" : " WHERE false");
  }
  return out;
}

// The entry of `checks:` that says what the expectation says; null for what has no counterpart.
Json entry_of(const std::string& expectation, const Json& in) {
  Json entry = Json::object();
  Json arguments = Json::object();
  const auto take = [&](const char* from, const char* to) {
    if (in.contains(from) && !in[from].is_null()) {
      arguments[to] = in[from];
    }
  };
  if (expectation == "expect_column_values_to_be_between") {
    for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{
             {"column", "column"}, {"min_value", "min"}, {"max_value", "max"}, {"strict_min", "strict_min"}, {"strict_max", "strict_max"}}) {
      take(from, to);
    }
    entry["between"] = arguments;
  } else if (expectation == "expect_column_values_to_be_in_set") {
    take("column", "column");
    take("value_set", "values");
    entry["accepted_values"] = arguments;
  } else if (expectation == "expect_column_values_to_match_regex") {
    take("column", "column");
    take("regex", "regex");
    entry["matches"] = arguments;
  } else if (expectation == "expect_table_row_count_to_be_between") {
    take("min_value", "min");
    take("max_value", "max");
    entry["row_count"] = arguments;
  } else if (expectation == "expect_column_values_to_be_unique") {
    entry["unique"] = in.at("column");
  } else if (expectation == "expect_compound_columns_to_be_unique") {
    entry["unique"] = in.at("column_list");
    if (in.value("ignore_row_if", "") == "any_value_is_missing") {
      std::vector<std::string> present;
      for (const std::string& column : in["column_list"].get<std::vector<std::string>>()) {
        present.push_back(sql_name(column) + " IS NOT NULL");
      }
      entry["where"] = join(present, " AND ");
    }
  } else if (expectation == "unexpected_rows_expectation") {
    entry["sql"] = replace_all(in.at("unexpected_rows_query").get<std::string>(), "{batch}", "raw.data");
  }
  if (in.contains("mostly")) {
    entry["mostly"] = in["mostly"];
  }
  return entry;
}

Result<graph::NodeResult> run_entry(TestLake& lake, const Json& entry) {
  const Json file = {{"suite", "gx"}, {"table", "raw.data"}, {"checks", Json::array({entry})}};
  WEIR_TRY_ASSIGN(const auto nodes, lake.load(file.dump()));
  return lake.run(*nodes.at(0));
}

bool must_fail(const Json& test) { return test.contains("error") || test["out"].contains("traceback_substring"); }

void compare(const Json& test, const Result<graph::NodeResult>& result) {
  if (must_fail(test)) {
    EXPECT_FALSE(result) << outcome(result);
    return;
  }
  ASSERT_TRUE(result) << error_text(result);
  const Json& out = test["out"];
  EXPECT_EQ(result->outcome == graph::Outcome::kOk, out.at("success").get<bool>()) << outcome(result);
  if (out.contains("unexpected_list")) {
    EXPECT_EQ(result->failures, out["unexpected_list"].size()) << outcome(result);
  }
}

class GxCases : public ::testing::TestWithParam<const char*> {};

TEST_P(GxCases, EndAsTheyDoThere) {
  if (!std::filesystem::exists(kCases)) {
    GTEST_SKIP() << "the cases of Great Expectations are not here: " << kCases;
  }
  const std::filesystem::path path = kCases / GetParam();
  const Json document = parse_json(read_file(path).value(), path.string()).value();
  const std::string expectation = document.at("expectation_type").get<std::string>();
  int tests_count = 0;
  for (const Json& dataset : document.at("datasets")) {
    if (!applies(dataset)) {
      continue;
    }
    TestLake lake;
    lake.write("raw.data", select_of(dataset));
    for (const Json& test : dataset.at("tests")) {
      const std::string title = test.at("title").get<std::string>();
      if (!applies(test) || kRefusedByWeir.contains(title)) {
        continue;
      }
      SCOPED_TRACE(title);
      compare(test, run_entry(lake, entry_of(expectation, test.at("in"))));
      ++tests_count;
    }
  }
  EXPECT_GT(tests_count, 1);
}

INSTANTIATE_TEST_SUITE_P(All, GxCases,
                         ::testing::Values("column_map_expectations/expect_column_values_to_be_between.json",
                                           "column_map_expectations/expect_column_values_to_be_in_set.json",
                                           "column_map_expectations/expect_column_values_to_be_unique.json",
                                           "column_map_expectations/expect_column_values_to_match_regex.json",
                                           "multicolumn_map_expectations/expect_compound_columns_to_be_unique.json",
                                           "other_expectations/expect_table_row_count_to_be_between.json",
                                           "query_expectations/unexpected_rows_expectation.json"),
                         [](const auto& test) { return std::filesystem::path(test.param).stem().string(); });
}  // namespace
}  // namespace weir::quality::testing
