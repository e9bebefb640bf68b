#pragma once

#include <stop_token>
#include <string>

#include "lake/session.h"
#include "report/query.h"

namespace weir::report {
/// Runs a report's queries over the lake.
class LakeQueryRunner final : public QueryRunner {
 public:
  /// `session` outlives it.
  LakeQueryRunner(lake::Session& session, std::stop_token stop) : session_(session), stop_(std::move(stop)) {}
  Result<Table> run(const std::string& sql, const Place& place, std::size_t rows_count_max) override;

 private:
  lake::Session& session_;
  std::stop_token stop_;
};
}  // namespace weir::report
