#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "logs/analysis.h"

/// The results of an analysis as text for people and programs.
namespace weir::logs {
/// The tables one below the other, each with a heading; of those over time at most `rows_max` rows, or the worst of them.
std::string analysis_text(const AnalysisResult& result, std::size_t rows_max = 24);
/// One object: {"requests": …, "messages": …, "unparsed": …, "files": […], "endpoints": [{"endpoint": …}], …}.
std::string analysis_json(const AnalysisResult& result);
/// The tables one below the other, an empty line between, each begun by its name behind "# " when there are several
/// (RFC 4180 otherwise).
std::string analysis_csv(const AnalysisResult& result);
/// What a person should know besides, a line each: files that failed, lines not understood, what is not exact.
std::vector<std::string> analysis_notes(const AnalysisResult& result);
/// A value as machines read it; empty for none.
std::string analysis_value_text(const AnalysisValue& value);
}  // namespace weir::logs
