#include "logs/sessions.h"

#include <algorithm>

namespace weir::logs {
namespace {
constexpr std::size_t kSlotsMin = 1024;
constexpr std::size_t kSlotsMax = std::size_t{1} << 18U;  // of a shard
constexpr std::size_t kSweepMin = 1024;
constexpr std::size_t kPagesMax = std::size_t{1} << 15U;  // of a shard
}  // namespace

Sessions::Sessions(std::uint32_t gap_seconds) : gap_(gap_seconds) {
  for (Shard& shard : shards_) {
    shard.visitors.resize(kSlotsMin);
    shard.sweep_at = kSweepMin;
  }
}

void Sessions::start_file(std::uint32_t floor) {
  for (Shard& shard : shards_) {
    for (const auto& [number, visits] : shard.waiting_blocks) {
      for (const Visit& visit : visits) {
        take(shard, visit);  // a block before could not be read
      }
    }
    shard.waiting_blocks.clear();
    shard.next_number = 0;
    shard.newest = 0;  // the files before may have gone further
  }
  floor_ = floor;
}

void Sessions::add(std::uint64_t number, Visits& visits) {
  for (std::size_t i = 0; i < kShardsCount; ++i) {
    Shard& shard = shards_[i];
    const std::lock_guard lock(shard.mutex);
    if (number != shard.next_number) {
      shard.waiting_blocks[number] = std::move(visits[i]);
      visits[i] = {};
      continue;
    }
    for (const Visit& visit : visits[i]) {
      take(shard, visit);
    }
    visits[i].clear();
    ++shard.next_number;
    for (auto next = shard.waiting_blocks.begin();
         next != shard.waiting_blocks.end() && next->first == shard.next_number; next = shard.waiting_blocks.begin()) {
      for (const Visit& visit : next->second) {
        take(shard, visit);
      }
      shard.waiting_blocks.erase(next);
      ++shard.next_number;
    }
  }
}

Sessions::Visitor& Sessions::find(Shard& shard, std::uint64_t hash) {
  const std::size_t mask = shard.visitors.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash) & mask;
  while (shard.visitors[at].hash != 0 && shard.visitors[at].hash != hash) {
    at = (at + 1) & mask;
  }
  return shard.visitors[at];
}

bool Sessions::touches(const Session& session, std::uint32_t begin, std::uint32_t end) const {
  return std::uint64_t{begin} <= std::uint64_t{session.end} + gap_ && std::uint64_t{end} + gap_ >= session.begin;
}

/// Whether no visit that may still come belongs to the session.
bool Sessions::is_closed(const Shard& shard, const Session& session) const {
  const std::uint64_t latest = std::uint64_t{session.end} + gap_ + kLatenessSeconds;
  return latest < shard.newest && std::uint64_t{session.end} + gap_ < floor_;
}

void Sessions::take(Shard& shard, const Visit& visit) {
  shard.newest = std::max(shard.newest, visit.second);
  Visitor* visitor = &find(shard, visit.visitor);
  if (visitor->hash == 0) {
    if ((shard.visitors_count + 1) * 4 > shard.visitors.size() * 3) {
      grow(shard);
      visitor = &find(shard, visit.visitor);
    }
    visitor->hash = visit.visitor;
    ++shard.visitors_count;
  }
  Session& session = visitor->session;
  if (session.requests_count > 0 && std::uint64_t{visit.second} > std::uint64_t{session.end} + gap_) {
    put_aside(shard, *visitor);
  }
  if (session.requests_count == 0) {
    ++visitor->sessions_count;
    session.begin = visit.second;
    session.end = visit.second;
  } else if (!touches(session, visit.second, visit.second)) {
    take_late(shard, *visitor, visit);
    return;
  }
  ++session.requests_count;
  session.end = std::max(session.end, visit.second);
  if (visit.is_page) {
    if (session.pages_count == 0 || visit.second < session.first_page) {
      session.first_page = visit.second;
      session.entry = visit.endpoint;
    }
    if (session.pages_count == 0 || visit.second >= session.last_page) {
      session.last_page = visit.second;
      session.exit = visit.endpoint;
    }
    ++session.pages_count;
  }
  const bool is_earlier = visit.second < session.begin;
  session.begin = std::min(session.begin, visit.second);
  if (visitor->has_waiting && (is_earlier || session.requests_count == 1)) {
    rejoin(shard, *visitor);
  }
}

/// A visit from before the open session: it belongs to one that waits, or makes one.
void Sessions::take_late(Shard& shard, Visitor& visitor, const Visit& visit) {
  Session late{.begin = visit.second, .end = visit.second, .first_page = visit.second, .last_page = visit.second,
               .requests_count = 1, .pages_count = visit.is_page ? 1U : 0U,
               .entry = visit.is_page ? visit.endpoint : 0, .exit = visit.is_page ? visit.endpoint : 0};
  ++visitor.sessions_count;
  const auto [begin, end] = shard.waiting.equal_range(visitor.hash);
  for (auto waiting = begin; waiting != end;) {
    if (touches(waiting->second, late.begin, late.end)) {
      Session joined = waiting->second;
      join(joined, late);  // the later of two at the same moment is the one that came now
      late = joined;
      --visitor.sessions_count;
      waiting = shard.waiting.erase(waiting);
    } else {
      ++waiting;
    }
  }
  shard.waiting.emplace(visitor.hash, late);
  visitor.has_waiting = true;
  if (shard.waiting.size() > shard.sweep_at) {
    sweep(shard);
  }
}

/// Joins the open session with those that wait and that it touches now.
void Sessions::rejoin(Shard& shard, Visitor& visitor) {
  const auto [begin, end] = shard.waiting.equal_range(visitor.hash);
  std::size_t left = 0;
  for (auto waiting = begin; waiting != end;) {
    if (touches(visitor.session, waiting->second.begin, waiting->second.end)) {
      Session joined = waiting->second;
      join(joined, visitor.session);
      visitor.session = joined;
      --visitor.sessions_count;
      waiting = shard.waiting.erase(waiting);
    } else {
      ++waiting;
      ++left;
    }
  }
  visitor.has_waiting = left > 0;
}

/// Adds `other`, whose visits came later in the log.
void Sessions::join(Session& session, const Session& other) {
  if (other.pages_count > 0) {
    if (session.pages_count == 0 || other.first_page < session.first_page) {
      session.first_page = other.first_page;
      session.entry = other.entry;
    }
    if (session.pages_count == 0 || other.last_page >= session.last_page) {
      session.last_page = other.last_page;
      session.exit = other.exit;
    }
  }
  session.begin = std::min(session.begin, other.begin);
  session.end = std::max(session.end, other.end);
  session.requests_count += other.requests_count;
  session.pages_count += other.pages_count;
}

/// Takes the open session from the visitor: counts it, or lets it wait for late visits.
void Sessions::put_aside(Shard& shard, Visitor& visitor) {
  if (is_closed(shard, visitor.session)) {
    count(shard, visitor.session);
  } else {
    shard.waiting.emplace(visitor.hash, visitor.session);
    visitor.has_waiting = true;
  }
  visitor.session = Session();
  if (shard.waiting.size() > shard.sweep_at) {
    sweep(shard);
  }
}

void Sessions::count(Shard& shard, const Session& session) {
  SessionTotals& totals = shard.totals;
  ++totals.sessions_count;
  totals.requests_count += session.requests_count;
  totals.pages_count += session.pages_count;
  totals.lengths.add(session.end - session.begin);
  totals.pages.add(session.pages_count);
  if (session.pages_count == 0) {
    return;
  }
  ++totals.sessions_with_page_count;
  totals.bounces_count += session.pages_count == 1 ? 1U : 0U;
  if (totals.ends.size() >= kPagesMax) {
    // Pages where few sessions began or ended make room.
    std::erase_if(totals.ends, [&](const auto& page) {
      const bool is_rare = page.second.entries_count + page.second.exits_count < 3;
      totals.ends_given_up_count += is_rare ? page.second.entries_count : 0;
      return is_rare;
    });
  }
  ++totals.ends[session.entry].entries_count;
  ++totals.ends[session.exit].exits_count;
}

void Sessions::sweep(Shard& shard) {
  std::erase_if(shard.waiting, [&](const auto& waiting) {
    const bool is_over = is_closed(shard, waiting.second);
    if (is_over) {
      count(shard, waiting.second);
    }
    return is_over;
  });
  shard.sweep_at = std::max(kSweepMin, shard.waiting.size() * 2);
}

void Sessions::grow(Shard& shard) {
  std::size_t slots_count = shard.visitors.size() * 2;
  bool is_full = false;
  if (slots_count > kSlotsMax) {
    slots_count = kSlotsMax;
    is_full = true;
    shard.totals.has_forgotten_visitors = true;
    sweep(shard);
  }
  std::vector<Visitor> old(slots_count);
  std::swap(old, shard.visitors);
  shard.visitors_count = 0;
  const std::size_t room = slots_count / 2;
  for (Visitor& visitor : old) {
    if (visitor.hash == 0) {
      continue;
    }
    const bool is_open = visitor.session.requests_count > 0 && !is_closed(shard, visitor.session);
    if (is_full && (!is_open || shard.visitors_count >= room)) {
      if (visitor.session.requests_count > 0) {
        count(shard, visitor.session);
      }
      ++shard.totals.visitors_count;
      shard.totals.sessions_per_visitor.add(visitor.sessions_count);
      continue;
    }
    find(shard, visitor.hash) = visitor;
    ++shard.visitors_count;
  }
}

SessionTotals Sessions::finish() {
  start_file(0);
  SessionTotals totals;
  for (Shard& shard : shards_) {
    for (const auto& [hash, session] : shard.waiting) {
      count(shard, session);
    }
    for (const Visitor& visitor : shard.visitors) {
      if (visitor.hash == 0) {
        continue;
      }
      if (visitor.session.requests_count > 0) {
        count(shard, visitor.session);
      }
      ++shard.totals.visitors_count;
      shard.totals.sessions_per_visitor.add(visitor.sessions_count);
    }
    shard.visitors = {};
    shard.waiting = {};
    const SessionTotals& some = shard.totals;
    totals.visitors_count += some.visitors_count;
    totals.sessions_count += some.sessions_count;
    totals.sessions_with_page_count += some.sessions_with_page_count;
    totals.bounces_count += some.bounces_count;
    totals.requests_count += some.requests_count;
    totals.pages_count += some.pages_count;
    totals.lengths += some.lengths;
    totals.pages += some.pages;
    totals.sessions_per_visitor += some.sessions_per_visitor;
    totals.ends_given_up_count += some.ends_given_up_count;
    totals.has_forgotten_visitors = totals.has_forgotten_visitors || some.has_forgotten_visitors;
    for (const auto& [page, ends] : some.ends) {
      PageEnds& sum = totals.ends[page];
      sum.entries_count += ends.entries_count;
      sum.exits_count += ends.exits_count;
    }
  }
  return totals;
}
}  // namespace weir::logs
