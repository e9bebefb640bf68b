#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/result.h"
#include "duck/scalar_function.h"
#include "functions/functions.h"
#include "functions/python_worker.h"

namespace weir::functions {
/// The Python processes of one database: as many as threads have called at once. Safe from many threads.
class PythonWorkers {
 public:
  /// All Python functions among `declarations`; the position in this list names one. Starts nothing yet.
  static std::shared_ptr<PythonWorkers> create(const std::vector<Declaration>& declarations, const FunctionOptions& options);
  explicit PythonWorkers(PythonWorker::Command command, std::stop_token stop) : command_(std::move(command)), stop_(std::move(stop)) {}

  /// One that nobody else uses: an idle one or a new one. Errors as of PythonWorker::start.
  Result<std::unique_ptr<PythonWorker>> take();
  void give_back(std::unique_ptr<PythonWorker> worker);
  const std::stop_token& stop() const { return stop_; }

 private:
  PythonWorker::Command command_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PythonWorker>> idle_;
};

/// Makes the declared function one of DuckDB; `number` is its position in the list that `workers` was made with.
Result<duck::ScalarFunction> make_python_function(const Declaration& declaration, std::uint64_t number, std::shared_ptr<PythonWorkers> workers);
}  // namespace weir::functions
