#include "quality/table_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "lake/session.h"

namespace weir::quality {
namespace {
bool shares_scan(const Check& check) { return check.query.empty() && !check.alone; }
}  // namespace

std::size_t TableChecks::add(std::shared_ptr<const Check> check) {
  checks_.push_back(std::move(check));
  scanned_.reset();  // what was scanned knows nothing of it
  return checks_.size() - 1;
}

std::vector<std::string> TableChecks::key_columns() const {
  for (const auto& check : checks_) {
    if (check->type == "unique" && std::ranges::all_of(check->columns, &Column::is_name)) {
      std::vector<std::string> keys;
      std::ranges::transform(check->columns, std::back_inserter(keys), &Column::name);
      return keys;
    }
  }
  return {};
}

Status TableChecks::scan(const AskerOptions& options) {
  WEIR_TRY_ASSIGN(const auto session, lake_->session());
  WEIR_TRY(session->bind(fmt::format("SELECT * FROM {}", table_.sql)));
  const lake::InputVersions versions = session->inputs();
  Asker asker(*session, options);
  std::vector<Result<Answer>> answers(checks_.size(), Result<Answer>(fail(ErrorCode::kInternal, "not a check of the scan")));
  std::vector<const Check*> together;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    if (!shares_scan(*checks_[i])) {
      continue;
    }
    if (Status status = asker.require_columns(*checks_[i]); !status) {
      if (status.error().code != ErrorCode::kInvalid) {
        return status;
      }
      answers[i] = std::unexpected(std::move(status).error());
      continue;
    }
    together.push_back(checks_[i].get());
    numbers.push_back(i);
  }
  auto values = together.empty() ? Result<std::vector<Values>>() : asker.ask_together(together);
  if (!values && values.error().code != ErrorCode::kInvalid) {
    return std::unexpected(std::move(values).error());
  }
  for (std::size_t i = 0; i < together.size(); ++i) {
    // Where SQL refuses one of them each is asked alone, and only that one fails.
    Result<Answer>& answer = answers[numbers[i]];
    answer = values ? asker.complete(*together[i], std::move((*values)[i])) : asker.ask(*together[i]);
    if (answer) {
      answer->inputs = versions;
    } else if (answer.error().code != ErrorCode::kInvalid) {
      return std::unexpected(answer.error());
    }
  }
  answers_ = std::move(answers);
  scanned_ = versions;
  return {};
}

Result<Answer> TableChecks::shared_answer(std::size_t number, const AskerOptions& options) {
  const std::scoped_lock lock(mutex_);
  bool scanned = false;
  if (scanned_ && !scanned_->empty()) {  // without a version, such as a missing table's, nothing tells that it has changed
    WEIR_TRY_ASSIGN(const auto changed, lake_->changed_input(*scanned_));
    scanned = !changed;
  }
  if (!scanned) {
    WEIR_TRY(scan(options));
  }
  return answers_[number];
}

Result<Answer> TableChecks::answer(std::size_t number, Timestamp now, const std::stop_token& stop) {
  const Check& check = *checks_[number];
  const AskerOptions options{.key_columns = key_columns(), .now = now, .stop = stop};
  Result<Answer> answer = shares_scan(check) ? shared_answer(number, options) : ask_alone(*lake_, check, options);
  return answer ? std::move(answer) : std::unexpected(at_check(std::move(answer).error(), check));
}

std::shared_ptr<TableChecks> Checker::table(const Relation& table) {
  std::shared_ptr<TableChecks>& found = tables_[table.sql];
  if (!found) {
    found = std::make_shared<TableChecks>(lake_, table);
  }
  return found;
}
}  // namespace weir::quality
