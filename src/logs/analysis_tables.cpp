#include "logs/analysis_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/text.h"

namespace weir::logs {
namespace {
constexpr double kMicrosPerMillisecond = 1000;
constexpr auto kText = AnalysisType::kText;
constexpr auto kInteger = AnalysisType::kInteger;
constexpr auto kNumber = AnalysisType::kNumber;
constexpr auto kTime = AnalysisType::kTime;

AnalysisValue whole(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
AnalysisValue moment(std::int64_t second) {
  return Timestamp(std::chrono::seconds(second));
}
AnalysisValue milliseconds(std::uint64_t micros) {
  return static_cast<double>(micros) / kMicrosPerMillisecond;
}
double share(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}
AnalysisValue mean_milliseconds(const RequestCounts& counts) {
  if (counts.timed_count == 0) {
    return {};
  }
  return static_cast<double>(counts.duration_us) / static_cast<double>(counts.timed_count) / kMicrosPerMillisecond;
}

AnalysisTable requests_per_hour(const RequestStats& requests) {
  constexpr std::int64_t kHour = 3'600;
  std::map<std::int64_t, RequestCounts> hours;
  for (const auto& [window, counts] : requests.windows()) {
    hours[window / kHour * kHour] += counts;
  }
  AnalysisTable table{"requests_per_hour",
                      "Requests per hour",
                      {{"hour", kTime},
                       {"requests", kInteger},
                       {"client_errors", kInteger},
                       {"server_errors", kInteger},
                       {"bytes", kInteger}},
                      {},
                      {}};
  for (const auto& [hour, counts] : hours) {
    table.rows.push_back({moment(hour), whole(counts.count), whole(counts.client_errors_count),
                          whole(counts.server_errors_count), whole(counts.bytes)});
  }
  return table;
}

AnalysisTable error_rate(const RequestStats& requests) {
  AnalysisTable table{"error_rate",
                      "Error rate in windows of 5 minutes",
                      {{"window", kTime},
                       {"requests", kInteger},
                       {"client_errors", kInteger},
                       {"server_errors", kInteger},
                       {"error_rate", kNumber}},
                      {},
                      4};
  const std::map<std::int64_t, RequestCounts> windows(requests.windows().begin(), requests.windows().end());
  for (const auto& [window, counts] : windows) {
    table.rows.push_back({moment(window), whole(counts.count), whole(counts.client_errors_count),
                          whole(counts.server_errors_count), share(counts.server_errors_count, counts.count)});
  }
  return table;
}

AnalysisTable endpoints(const RequestStats& requests, std::size_t top_count) {
  struct Row {
    std::string_view name;
    const RequestCounts* counts;
  };
  std::vector<Row> rows;
  requests.endpoints().for_each(
      [&](const auto& entry) { rows.push_back({requests.endpoints().text(entry), &entry.counts}); });
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return a.counts->count != b.counts->count ? a.counts->count > b.counts->count : a.name < b.name;
  });
  AnalysisTable table{"endpoints",
                      "Most requested",
                      {{"endpoint", kText},
                       {"requests", kInteger},
                       {"share", kNumber},
                       {"client_errors", kInteger},
                       {"server_errors", kInteger},
                       {"bytes", kInteger},
                       {"mean_ms", kNumber}},
                      {},
                      {}};
  for (const Row& row : rows) {
    if (table.rows.size() == top_count) {
      break;
    }
    table.rows.push_back({std::string(row.name), whole(row.counts->count), share(row.counts->count, requests.count()),
                          whole(row.counts->client_errors_count), whole(row.counts->server_errors_count),
                          whole(row.counts->bytes), mean_milliseconds(*row.counts)});
  }
  return table;
}

AnalysisTable statuses(const RequestStats& requests) {
  AnalysisTable table{
      "statuses", "Statuses", {{"status", kInteger}, {"requests", kInteger}, {"share", kNumber}}, {}, {}};
  for (std::size_t status = 0; status < requests.statuses().size(); ++status) {
    const std::uint64_t count = requests.statuses()[status];
    if (count > 0) {
      table.rows.push_back({whole(status), whole(count), share(count, requests.count())});
    }
  }
  return table;
}

AnalysisTable latency(const RequestStats& requests) {
  AnalysisTable table{"latency",
                      "Durations",
                      {{"statuses", kText},
                       {"requests", kInteger},
                       {"mean_ms", kNumber},
                       {"p50_ms", kNumber},
                       {"p90_ms", kNumber},
                       {"p95_ms", kNumber},
                       {"p99_ms", kNumber},
                       {"max_ms", kNumber}},
                      {},
                      {}};
  Quantiles all;
  const auto add = [&](const std::string& name, const Quantiles& durations) {
    if (durations.count() > 0) {
      table.rows.push_back({name, whole(durations.count()), durations.mean() / kMicrosPerMillisecond,
                            milliseconds(durations.at(0.5)), milliseconds(durations.at(0.9)),
                            milliseconds(durations.at(0.95)), milliseconds(durations.at(0.99)),
                            milliseconds(durations.largest())});
    }
  };
  for (const Quantiles& durations : requests.durations()) {
    all += durations;
  }
  add("all", all);
  for (std::size_t i = 0; i < requests.durations().size(); ++i) {
    add(fmt::format("{}xx", i), requests.durations()[i]);
  }
  return table;
}

AnalysisTable slowest(const RequestStats& requests, const std::vector<AnalyzedFile>& files) {
  AnalysisTable table{"slowest",
                      "Slowest requests",
                      {{"ms", kNumber},
                       {"time", kTime},
                       {"status", kInteger},
                       {"request", kText},
                       {"host", kText},
                       {"file", kText},
                       {"line", kInteger}},
                      {},
                      {}};
  const std::vector<SlowRequest> found = requests.slowest();
  for (const SlowRequest& slow : found) {
    table.rows.push_back({milliseconds(static_cast<std::uint64_t>(slow.duration_us)),
                          slow.time ? AnalysisValue(Timestamp(std::chrono::microseconds(*slow.time))) : AnalysisValue(),
                          std::int64_t{slow.status}, slow.request, slow.host, files[slow.file].path,
                          whole(slow.line_number)});
  }
  return table;
}

AnalysisTable sessions_summary(const SessionTotals& totals) {
  AnalysisTable table{"sessions",
                      "Sessions",
                      {{"users", kInteger},
                       {"sessions", kInteger},
                       {"sessions_per_user", kNumber},
                       {"sessions_per_user_max", kInteger},
                       {"mean_seconds", kNumber},
                       {"p50_seconds", kInteger},
                       {"p95_seconds", kInteger},
                       {"mean_pages", kNumber},
                       {"p50_pages", kInteger},
                       {"p95_pages", kInteger},
                       {"bounces", kInteger},
                       {"bounce_rate", kNumber}},
                      {},
                      {}};
  table.rows.push_back(
      {whole(totals.visitors_count), whole(totals.sessions_count), share(totals.sessions_count, totals.visitors_count),
       whole(totals.sessions_per_visitor.largest()), totals.lengths.mean(), whole(totals.lengths.at(0.5)),
       whole(totals.lengths.at(0.95)), totals.pages.mean(), whole(totals.pages.at(0.5)), whole(totals.pages.at(0.95)),
       whole(totals.bounces_count), share(totals.bounces_count, totals.sessions_with_page_count)});
  return table;
}

AnalysisTable page_ends(const SessionTotals& totals, const RequestStats& requests, bool is_entry, std::size_t top_count) {
  struct Row {
    std::string page;
    std::uint64_t count;
  };
  std::vector<Row> rows;
  for (const auto& [page, ends] : totals.ends) {
    const std::uint64_t count = is_entry ? ends.entries_count : ends.exits_count;
    if (count > 0) {
      const auto* entry = requests.endpoints().get(page);
      std::string_view name = entry != nullptr ? requests.endpoints().text(*entry) : "(rare pages)";
      name.remove_prefix(name.starts_with("GET ") ? 4 : 0);
      rows.push_back({std::string(name), count});
    }
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) { return a.count != b.count ? a.count > b.count : a.page < b.page; });
  AnalysisTable table{is_entry ? "entry_pages" : "exit_pages",
                      is_entry ? "Where sessions begin" : "Where sessions end",
                      {{"page", kText}, {"sessions", kInteger}, {"share", kNumber}},
                      {},
                      {}};
  for (Row& row : rows) {
    if (table.rows.size() == top_count) {
      break;
    }
    table.rows.push_back({std::move(row.page), whole(row.count), share(row.count, totals.sessions_with_page_count)});
  }
  return table;
}

AnalysisTable levels_per_hour(const MessageStats& messages) {
  AnalysisTable table{"levels_per_hour", "Levels per hour", {{"hour", kTime}}, {}, {}};
  const std::map<std::int64_t, MessageStats::LevelCounts> hours(messages.hours().begin(), messages.hours().end());
  for (std::size_t level = kLevelsCount; level-- > 0;) {
    table.columns.push_back({to_lower(level_name(static_cast<Level>(level))), kInteger});
  }
  table.columns.push_back({"no_level", kInteger});
  for (const auto& [hour, levels] : hours) {
    std::vector<AnalysisValue>& row = table.rows.emplace_back();
    row.push_back(moment(hour));
    for (std::size_t level = kLevelsCount; level-- > 0;) {
      row.push_back(whole(levels[level]));
    }
    row.push_back(whole(levels[kLevelsCount]));
  }
  return table;
}

AnalysisTable templates(const MessageStats& messages, std::size_t top_count) {
  AnalysisTable table{"templates",
                      "Kinds of messages",
                      {{"records", kInteger}, {"share", kNumber}, {"level", kText}, {"template", kText}},
                      {},
                      {}};
  const std::vector<Template> found = messages.templates();
  for (const Template& one : found) {
    if (table.rows.size() == top_count) {
      break;
    }
    const auto most = std::ranges::max_element(one.levels) - one.levels.begin();
    table.rows.push_back({whole(one.count), share(one.count, messages.count()),
                          std::string(level_name(static_cast<Level>(most))), one.text});
  }
  return table;
}
}  // namespace

void make_tables(const AnalyzeOptions& options, const RequestStats& requests, const MessageStats& messages,
                 const SessionTotals& sessions, AnalysisResult& result) {
  result.requests_count = requests.count();
  result.messages_count = messages.count();
  if (requests.count() > 0) {
    result.tables.push_back(requests_per_hour(requests));
    result.tables.push_back(error_rate(requests));
    result.tables.push_back(statuses(requests));
    result.tables.push_back(endpoints(requests, options.top_count));
    result.tables.push_back(sessions_summary(sessions));
    result.tables.push_back(page_ends(sessions, requests, true, options.top_count));
    result.tables.push_back(page_ends(sessions, requests, false, options.top_count));
    AnalysisTable durations = latency(requests);
    if (!durations.rows.empty()) {
      result.tables.push_back(std::move(durations));
      result.tables.push_back(slowest(requests, result.files));
    }
  }
  if (messages.count() > 0) {
    result.tables.push_back(levels_per_hour(messages));
    result.tables.push_back(templates(messages, options.top_count));
  }
  const auto note = [&result](std::uint64_t count, std::string_view text) {
    if (count > 0) {
      result.notes.push_back(fmt::format("{} {}", human_count(count), text));
    }
  };
  note(requests.endpoints().given_up_count(),
       "rare endpoints were given up to keep memory bounded: counts of endpoints are lower bounds; --fold-ids helps");
  note(messages.given_up_count(), "records with rare messages are in no template, to keep memory bounded");
  note(requests.without_time_count() + messages.without_time_count(), "records have no time and are in no hour");
  note(sessions.ends_given_up_count, "sessions that began at rare pages are not among the entry pages");
  if (sessions.has_forgotten_visitors) {
    result.notes.emplace_back("there were too many users to remember all: some who came back count as new");
  }
}
}  // namespace weir::logs
