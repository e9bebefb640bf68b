#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "lake/lake.h"
#include "quality/asker.h"
#include "quality/check.h"

namespace weir::quality {
/// All checks of one table. Those that ask for aggregates are answered together: the first one that is run asks for all of
/// them in one scan of the table's newest version, and the others find their answers there as long as that version is the
/// newest. Only checks that do not pass cost a second query, for examples. `answer` from many threads, `add` while none does.
class TableChecks {
 public:
  TableChecks(std::shared_ptr<lake::Lake> lake, Relation table) : lake_(std::move(lake)), table_(std::move(table)) {}

  /// Returns the number to ask with. The check must not change any more.
  std::size_t add(std::shared_ptr<const Check> check);

  /// Errors, with the check's place: kInvalid for an unknown column or what SQL refuses, kNotFound without the table,
  /// kCancelled, kIo. A check that SQL refuses does not disturb the others.
  Result<Answer> answer(std::size_t number, Timestamp now, const std::stop_token& stop);

 private:
  Status scan(const AskerOptions& options);
  Result<Answer> shared_answer(std::size_t number, const AskerOptions& options);
  /// Those of the first `unique` check: what tells rows apart for people.
  std::vector<std::string> key_columns() const;

  std::shared_ptr<lake::Lake> lake_;
  Relation table_;
  std::vector<std::shared_ptr<const Check>> checks_;
  std::mutex mutex_;  // held while the table is scanned: who comes then waits for the answers
  std::optional<lake::InputVersions> scanned_;
  std::vector<Result<Answer>> answers_;  // for `scanned_`, by number
};

/// The checks of one lake by table. `table` from one thread.
class Checker {
 public:
  explicit Checker(std::shared_ptr<lake::Lake> lake) : lake_(std::move(lake)) {}
  const std::shared_ptr<lake::Lake>& lake() const { return lake_; }
  std::shared_ptr<TableChecks> table(const Relation& table);

 private:
  std::shared_ptr<lake::Lake> lake_;
  std::map<std::string, std::shared_ptr<TableChecks>> tables_;
};
}  // namespace weir::quality
