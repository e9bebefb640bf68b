// Random statements on random small tables give the rows that DuckDB's own DELETE, UPDATE and MERGE give on an ordinary
// table. WEIR_TEST_SEED repeats one run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/text.h"
#include "delta/dml/dml_fixture_test.h"

namespace weir::delta {
namespace {
using When = MergeClause::When;
using Then = MergeClause::Then;

constexpr std::uint64_t kSeedsCount = 6;
constexpr int kStatementsCount = 8;

struct Way {
  bool vectors;
  bool partitioned;
};

class RandomStatementsTest : public DmlTest, public testing::WithParamInterface<Way> {
 protected:
  std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }
  bool coin() { return below(2) == 0; }

  /// Rows with nulls, some ids more than once unless `unique`.
  std::string random_rows(std::uint64_t count, std::uint64_t ids, bool unique) {
    std::vector<std::string> rows;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string id = unique ? std::to_string((i * 29 + offset_) % (count * 2)) : std::to_string(below(ids));
      rows.push_back(fmt::format("({}, {}, {}, {})", below(15) == 0 && !unique ? "NULL" : id,
                                 below(8) == 0 ? "NULL" : std::to_string(below(20)),
                                 coin() ? "NULL" : fmt::format("'x{}'", below(5)),
                                 below(6) == 0 ? "NULL" : fmt::format("'p{}'", below(3))));
    }
    return fmt::format(
        "SELECT id::INTEGER AS id, k::INTEGER AS k, s::VARCHAR AS s, p::VARCHAR AS p FROM (VALUES {}) v(id, k, s, p)",
        join(rows, ", "));
  }

  std::string predicate(const std::string& alias) {
    const std::string dot = alias.empty() ? "" : alias + ".";
    switch (below(7)) {
      case 0:
        return fmt::format("{}k > {}", dot, below(20));
      case 1:
        return fmt::format("{}id % {} = 0", dot, 2 + below(3));
      case 2:
        return fmt::format("{}s = 'x{}'", dot, below(5));
      case 3:
        return fmt::format("{}p = 'p{}'", dot, below(3));
      case 4:
        return fmt::format("{}k IS NULL", dot);
      case 5:
        return fmt::format("{0}p IS NULL OR {0}k < {1}", dot, below(10));
      default:
        return fmt::format("{0}k BETWEEN {1} AND {2} AND {0}p <> 'p1'", dot, below(10), below(25));
    }
  }

  std::vector<Assignment> assignments(bool matched) {
    std::vector<Assignment> all = {{"k", matched ? "t.k + s.k" : "t.k * 2"},
                                   {"s", matched ? "coalesce(s.s, t.p)" : "t.s || '!'"},
                                   {"p", matched ? "s.p" : "'p' || (t.id % 4)"}};
    std::vector<Assignment> out;
    for (Assignment& one : all) {
      if (coin()) {
        out.push_back(std::move(one));
      }
    }
    return out.empty() ? std::vector<Assignment>{all[0]} : out;
  }

  static std::string set_sql(const std::vector<Assignment>& assignments) {
    std::vector<std::string> parts;
    for (const auto& [column, value] : assignments) {
      parts.push_back(column + " = " + value);
    }
    return join(parts, ", ");
  }

  void plain(const std::string& sql) {
    SCOPED_TRACE(sql);
    const auto done = connection().execute(sql);
    ASSERT_TRUE(done) << done.error().text();
  }

  void random_delete() {
    const std::string where = predicate("t");
    plain("DELETE FROM temp.ref AS t WHERE " + where);
    const auto done = erase(where);
    ASSERT_TRUE(done) << done.error().text();
  }

  void random_update() {
    const std::string where = predicate("t");
    const auto changes = assignments(false);
    plain(fmt::format("UPDATE temp.ref AS t SET {} WHERE {}", set_sql(changes), where));
    const auto done = update(where, changes);
    ASSERT_TRUE(done) << where << ": " << done.error().text();
  }

  void random_merge() {
    offset_ = below(10);
    plain("CREATE OR REPLACE TEMP TABLE src AS " + random_rows(3 + below(12), 0, true));
    MergeRequest request{.source_sql = "SELECT * FROM temp.src", .on = "t.id = s.id", .equal_columns = {{"id", "id"}}};
    if (coin()) {
      request.on += " AND t.p = s.p";
      request.equal_columns.emplace_back("p", "p");
    }
    std::string sql = fmt::format("MERGE INTO temp.ref AS t USING temp.src AS s ON {}", request.on);
    const auto add = [&](MergeClause clause, const std::string& words, const std::string& then) {
      sql += fmt::format(" WHEN {}{} THEN {}", words, clause.condition.empty() ? "" : " AND (" + clause.condition + ")",
                         then);
      request.clauses.push_back(std::move(clause));
    };
    if (coin()) {
      add({.then = Then::kDelete, .condition = predicate(coin() ? "t" : "s")}, "MATCHED", "DELETE");
    }
    if (coin()) {
      const auto changes = assignments(true);
      add({.then = Then::kUpdate, .condition = predicate("s"), .assignments = changes}, "MATCHED",
          "UPDATE SET " + set_sql(changes));
    }
    if (coin()) {
      add({.then = Then::kUpdate, .all_columns = true}, "MATCHED", "UPDATE SET id = s.id, k = s.k, s = s.s, p = s.p");
    }
    if (coin()) {
      add({.when = When::kNotMatched,
           .then = Then::kInsert,
           .condition = predicate("s"),
           .assignments = {{"k", "s.k"}, {"id", "s.id + 100"}}},
          "NOT MATCHED", "INSERT (k, id) VALUES (s.k, s.id + 100)");
    }
    if (coin() || request.clauses.empty()) {
      add({.when = When::kNotMatched, .then = Then::kInsert, .all_columns = true}, "NOT MATCHED",
          "INSERT (id, k, s, p) VALUES (s.id, s.k, s.s, s.p)");
    }
    if (below(3) == 0) {
      const auto changes = assignments(false);
      add({.when = When::kNotMatchedBySource,
           .then = Then::kUpdate,
           .condition = predicate("t"),
           .assignments = changes},
          "NOT MATCHED BY SOURCE", "UPDATE SET " + set_sql(changes));
    }
    if (below(4) == 0) {
      add({.when = When::kNotMatchedBySource, .then = Then::kDelete, .condition = predicate("t")},
          "NOT MATCHED BY SOURCE", "DELETE");
    }
    SCOPED_TRACE(sql);
    plain(sql);
    const auto done = merge(request);
    ASSERT_TRUE(done) << done.error().text();
  }

  void random_append() {
    const std::string sql = random_rows(1 + below(10), 40, false);
    plain("INSERT INTO temp.ref " + sql);
    append(sql);
  }

  void random_statement() {
    switch (below(5)) {
      case 0:
        return random_delete();
      case 1:
        return random_update();
      case 2:
        return random_append();
      default:
        return random_merge();
    }
  }

  Rows reference() {
    Rows out;
    const auto found = connection().query_rows("SELECT * FROM temp.ref ORDER BY ALL");
    for (const auto& row : *found) {
      std::string line;
      for (const auto& value : row) {
        line += (line.empty() ? "" : "|") + value.value_or("NULL");
      }
      out.push_back(std::move(line));
    }
    return out;
  }

  SeededRandom dice_{0};
  std::uint64_t offset_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Ways, RandomStatementsTest,
                         testing::Values(Way{false, false}, Way{false, true}, Way{true, false}, Way{true, true}),
                         [](const auto& way) {
                           return std::string(way.param.vectors ? "Vectors" : "Rewriting") +
                                  (way.param.partitioned ? "Partitioned" : "");
                         });

TEST_P(RandomStatementsTest, GiveTheRowsOfDuckDb) {
  const char* given = std::getenv("WEIR_TEST_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  for (std::uint64_t seed = first; seed < first + (given != nullptr ? 1 : kSeedsCount); ++seed) {
    SCOPED_TRACE(fmt::format("WEIR_TEST_SEED={}", seed));
    dice_ = SeededRandom(seed);
    location_ = TableLocation::at(fmt::format("raw/table{}", seed));
    const std::string sql = random_rows(30, 40, false);
    plain("CREATE OR REPLACE TEMP TABLE ref AS " + sql);
    create(sql, GetParam().partitioned ? std::vector<std::string>{"p"} : std::vector<std::string>(),
           GetParam().vectors ? with_vectors() : StringMap());
    for (int i = 0; i < kStatementsCount; ++i) {
      random_statement();
      ASSERT_EQ(rows(), reference());
      ASSERT_FALSE(HasFailure());
    }
  }
}
}  // namespace
}  // namespace weir::delta
