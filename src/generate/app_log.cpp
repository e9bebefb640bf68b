#include "generate/app_log.h"

#include <algorithm>
#include <array>
#include <span>

#include "generate/app_messages.h"
#include "generate/day_curve.h"
#include "generate/log_writer.h"
#include "generate/text.h"

namespace weir::generate {
namespace {
constexpr std::uint64_t kRecordsPerDay = 3'000'000;
constexpr std::size_t kRecordBytesMax = 16 << 10;
constexpr std::uint64_t kRecordStream = 21;
constexpr std::uint64_t kTroubleStream = 22;
// Trouble comes in stretches of so many records; one stretch in a hundred is one.
constexpr std::uint64_t kTroubleRecords = 2'048;

constexpr std::size_t kWithTrace = kLevelsCount;
constexpr std::size_t kLines = kLevelsCount + 1;
constexpr std::array<std::string_view, kLevelsCount + 2> kCountNames{
    "level_TRACE", "level_DEBUG", "level_INFO", "level_WARN", "level_ERROR", "level_FATAL", "with_trace", "lines"};

constexpr std::array<std::string_view, 4> kThreads{"http-exec-", "consumer-", "http-exec-", "scheduler-"};

Level draw_level(Random& random, bool is_trouble) {
  const std::uint32_t of1000 = random.below(1'000);
  if (is_trouble && of1000 < 250) {
    return of1000 < 150 ? Level::kError : Level::kWarn;
  }
  return of1000 < 690   ? Level::kInfo
         : of1000 < 900 ? Level::kDebug
         : of1000 < 970 ? Level::kWarn
         : of1000 < 990 ? Level::kError
         : of1000 < 999 ? Level::kTrace
                        : Level::kFatal;
}

class AppLog final : public LogSource {
 public:
  explicit AppLog(std::uint64_t seed) : seed_(seed) {}

  void write_record(std::uint64_t record, LogChunk& chunk) const override {
    Random random(seed_, kRecordStream, record);
    const bool is_trouble = bits_of(seed_, kTroubleStream, record / kTroubleRecords) % 100 == 0;
    const Level level = draw_level(random, is_trouble);
    const AppMessage& message = messages_.draw(level, random);
    std::uint64_t lines_count = 1;

    char* const begin = chunk.reserve(kRecordBytesMax);
    char* out = put_moment_ms(begin, record, random);
    out = put(out, ' ');
    out = put(out, level_name(level));
    out = put(out, " [");
    const std::uint32_t thread = random.below(64);
    out = put(out, kThreads[thread % kThreads.size()]);
    out = put_number(out, 1 + thread / kThreads.size());
    out = put(out, "] ");
    out = put(out, message.logger);
    out = put(out, " - ");
    const char* const text = out;
    out = put_message(out, message, random);
    lines_count += static_cast<std::uint64_t>(std::count(text, static_cast<const char*>(out), '\n'));
    out = put(out, '\n');
    if (level >= Level::kError && random.chance(600)) {
      out = put_stack_trace(out, random, lines_count);
      chunk.count(kWithTrace);
    }
    chunk.count(static_cast<std::size_t>(level));
    chunk.count(kLines, lines_count);
    chunk.end_record(out);
  }

  std::span<const std::string_view> count_names() const override { return kCountNames; }
  std::uint64_t record_bytes() const override { return 140; }

 private:
  // "2024-01-01 20:15:01,123"
  char* put_moment_ms(char* out, std::uint64_t record, Random& random) const {
    const std::uint64_t fraction = (((record % kRecordsPerDay) << 32) + (random.next() >> 32)) / kRecordsPerDay;
    const std::uint32_t millisecond = curve_.millisecond_of(static_cast<std::uint32_t>(fraction));
    out = put_moment(
        out, kLogStartSeconds + static_cast<std::int64_t>(record / kRecordsPerDay * 86'400) + millisecond / 1'000);
    out = put(out, ',');
    return put_padded(out, millisecond % 1'000, 3);
  }

  std::uint64_t seed_;
  AppMessages messages_;
  DayCurve curve_;
};
}  // namespace

Result<GenerateSummary> generate_app_log(const AppLogOptions& options, const ProgressCallback& progress,
                                         std::stop_token stop) {
  const AppLog source(options.seed);
  return write_log(options.file, {.records_count = options.records_count, .size_bytes_max = options.size_bytes_max},
                   source, options.threads_max, progress, std::move(stop));
}
}  // namespace weir::generate
