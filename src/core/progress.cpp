#include "core/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"
#include "core/text.h"

namespace weir {
namespace {
using std::chrono::steady_clock;

std::string_view outcome_word(Progress::Outcome outcome) {
  switch (outcome) {
    case Progress::Outcome::kOk:
      return "ok";
    case Progress::Outcome::kWarn:
      return "warn";
    case Progress::Outcome::kFailed:
      return "failed";
    case Progress::Outcome::kSkipped:
      return "skipped";
  }
  return "ok";
}

std::string seconds_text(double seconds) {
  return human_duration(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
}

class QuietProgress : public Progress {
 public:
  void expect_steps(std::uint64_t) override {}
  void start(std::string_view) override {}
  void update(std::string_view, double, std::string_view) override {}
  void finish(std::string_view, Outcome, double, std::string_view) override {}
  void say(std::string_view) override {}
};

class JsonProgress : public Progress {
 public:
  void expect_steps(std::uint64_t steps_count) override { write({{"event", "expect"}, {"steps", steps_count}}); }
  void start(std::string_view step) override { write({{"event", "start"}, {"step", step}}); }
  void update(std::string_view, double, std::string_view) override {}
  void finish(std::string_view step, Outcome outcome, double seconds, std::string_view detail) override {
    write({{"event", "finish"}, {"step", step}, {"outcome", outcome_word(outcome)}, {"seconds", seconds}, {"detail", detail}});
  }
  void say(std::string_view line) override { write({{"event", "message"}, {"text", line}}); }

 private:
  void write(const Json& event) {
    const std::scoped_lock lock(mutex_);
    const std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  std::mutex mutex_;
};

class LineProgress : public Progress {
 public:
  void expect_steps(std::uint64_t steps_count) override {
    const std::scoped_lock lock(mutex_);
    steps_count_ += steps_count;
  }
  void drop_steps(std::uint64_t steps_count) override {
    const std::scoped_lock lock(mutex_);
    steps_count_ -= std::min(steps_count, steps_count_);
  }
  void start(std::string_view) override {}
  void update(std::string_view, double, std::string_view) override {}
  void finish(std::string_view step, Outcome outcome, double seconds, std::string_view detail) override {
    const std::scoped_lock lock(mutex_);
    ++finished_count_;
    write(finished_line(step, outcome, seconds, detail));
  }
  void say(std::string_view line) override {
    const std::scoped_lock lock(mutex_);
    write(std::string(line) + "\n");
  }

 protected:
  virtual void write(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }
  virtual std::string colored(Outcome, std::string_view word) { return std::string(word); }

  std::string finished_line(std::string_view step, Outcome outcome, double seconds, std::string_view detail) {
    const std::string count = steps_count_ > 0 ? fmt::format("{}/{} ", finished_count_, steps_count_) : std::string();
    const std::string padding(8 - std::min<std::size_t>(8, outcome_word(outcome).size()), ' ');
    return fmt::format("{}{}{}{}  {}{}{}\n", count, colored(outcome, outcome_word(outcome)), padding, step,
                       outcome == Outcome::kSkipped ? "" : seconds_text(seconds), detail.empty() ? "" : "  ", detail);
  }

  std::mutex mutex_;
  std::uint64_t steps_count_ = 0;
  std::uint64_t finished_count_ = 0;
};

class TerminalProgress : public LineProgress {
 public:
  ~TerminalProgress() override {
    const std::scoped_lock lock(mutex_);
    erase();
  }
  void start(std::string_view step) override {
    const std::scoped_lock lock(mutex_);
    running_.push_back({std::string(step), -1, "", steady_clock::now()});
    redraw(true);
  }
  void update(std::string_view step, double fraction, std::string_view detail) override {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(running_, step, &Step::name);
    if (found != running_.end()) {
      found->fraction = fraction;
      found->detail = detail;
      redraw(false);
    }
  }
  void finish(std::string_view step, Outcome outcome, double seconds, std::string_view detail) override {
    const std::scoped_lock lock(mutex_);
    std::erase_if(running_, [&](const Step& running) { return running.name == step; });
    ++finished_count_;
    write(finished_line(step, outcome, seconds, detail));
  }

 protected:
  void write(const std::string& text) override {
    erase();
    std::fwrite(text.data(), 1, text.size(), stderr);
    redraw(true);
  }
  std::string colored(Outcome outcome, std::string_view word) override {
    const int color = outcome == Outcome::kOk ? 32 : outcome == Outcome::kWarn ? 33 : outcome == Outcome::kFailed ? 31 : 90;
    return fmt::format("\x1b[{}m{}\x1b[0m", color, word);
  }

 private:
  struct Step {
    std::string name;
    double fraction;
    std::string detail;
    steady_clock::time_point started;
  };

  void erase() {
    if (lines_drawn_ > 0) {
      std::fputs(fmt::format("\x1b[{}A\x1b[J", lines_drawn_).c_str(), stderr);
      lines_drawn_ = 0;
    }
  }

  void redraw(bool now) {
    constexpr auto kInterval = std::chrono::milliseconds(100);
    if (!now && steady_clock::now() - drawn_ < kInterval) {
      return;
    }
    drawn_ = steady_clock::now();
    erase();
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t width = known ? size.ws_col : 80;
    std::string out;
    constexpr std::size_t kLinesMax = 8;
    for (std::size_t i = 0; i < std::min(running_.size(), kLinesMax); ++i) {
      const Step& step = running_[i];
      std::string bar;
      if (step.fraction >= 0) {
        constexpr std::size_t kWidth = 20;
        const auto filled = static_cast<std::size_t>(std::clamp(step.fraction, 0.0, 1.0) * kWidth);
        for (std::size_t k = 0; k < kWidth; ++k) {
          bar += k < filled ? "█" : "░";
        }
        bar += fmt::format(" {:3.0f} %  ", step.fraction * 100);
      }
      const double seconds = std::chrono::duration<double>(steady_clock::now() - step.started).count();
      std::string line = fmt::format("  {}  {}{}  {}", step.name, bar, seconds_text(seconds), step.detail);
      while (display_width(line) >= width && !line.empty()) {
        line.pop_back();
      }
      out += line + "\n";
      ++lines_drawn_;
    }
    std::fputs(out.c_str(), stderr);
    std::fflush(stderr);
  }

  std::vector<Step> running_;
  std::size_t lines_drawn_ = 0;
  steady_clock::time_point drawn_;
};
}  // namespace

Progress::Style Progress::style_for_this_terminal() {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return isatty(STDERR_FILENO) != 0 && !dumb ? Style::kTerminal : Style::kLines;
}

std::unique_ptr<Progress> Progress::create(Style style) {
  switch (style) {
    case Style::kTerminal:
      return std::make_unique<TerminalProgress>();
    case Style::kLines:
      return std::make_unique<LineProgress>();
    case Style::kJson:
      return std::make_unique<JsonProgress>();
    case Style::kQuiet:
      return std::make_unique<QuietProgress>();
  }
  return std::make_unique<QuietProgress>();
}
}  // namespace weir
