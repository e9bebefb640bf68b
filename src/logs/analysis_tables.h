#pragma once

#include "logs/analysis.h"
#include "logs/request_stats.h"
#include "logs/sessions.h"
#include "logs/templates.h"

namespace weir::logs {
/// Turns what was counted into the tables, totals and notes of `result`, whose files are known.
void make_tables(const AnalyzeOptions& options, const RequestStats& requests, const MessageStats& messages,
                 const SessionTotals& sessions, AnalysisResult& result);
}  // namespace weir::logs
