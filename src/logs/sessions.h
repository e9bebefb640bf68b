#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "logs/quantiles.h"

namespace weir::logs {
/// A request as sessions see it.
struct Visit {
  std::uint64_t visitor = 0;   ///< a hash of who asks; not 0
  std::uint64_t endpoint = 0;  ///< a hash of the page
  std::uint32_t second = 0;    ///< since 1970
  bool is_page = false;
};

/// How often sessions began and ended at a page.
struct PageEnds {
  std::uint64_t entries_count = 0;
  std::uint64_t exits_count = 0;
};

struct SessionTotals {
  std::uint64_t visitors_count = 0;
  std::uint64_t sessions_count = 0;
  std::uint64_t sessions_with_page_count = 0;
  std::uint64_t bounces_count = 0;   ///< sessions of one page
  std::uint64_t requests_count = 0;
  std::uint64_t pages_count = 0;
  Quantiles lengths;                 ///< seconds from the first to the last request
  Quantiles pages;                   ///< per session
  Quantiles sessions_per_visitor;    ///< filled by finish()
  std::unordered_map<std::uint64_t, PageEnds> ends;  ///< by endpoint
  std::uint64_t ends_given_up_count = 0;             ///< entries of rare pages that are not in `ends`
  bool has_forgotten_visitors = false;  ///< there were too many: some who came back were counted again
};

/// Puts visits into sessions: a session of a visitor ends when nothing comes for longer than the gap. Visits may come out
/// of order by up to kLatenessSeconds; what is later by more than that may find its session closed and then makes one of
/// its own.
///
/// Visitors are shared out over shards by their hash. A shard takes the visits of the blocks of a log in the order of the
/// blocks, whichever thread brings them first, so that the result does not depend on the number of threads. A shard keeps
/// of each visitor the session that is open; a session that may still get late visits although the next one has begun
/// waits aside.
class Sessions {
 public:
  static constexpr std::size_t kShardsCount = 16;
  static constexpr std::uint32_t kLatenessSeconds = 300;
  using Visits = std::array<std::vector<Visit>, kShardsCount>;

  explicit Sessions(std::uint32_t gap_seconds);
  static std::size_t shard_of(std::uint64_t visitor) { return static_cast<std::size_t>(visitor >> 60U); }

  /// A new file begins, and those after it begin at `floor` at the earliest: sessions that reach there are kept open.
  /// Not while blocks are added.
  void start_file(std::uint32_t floor);
  /// Takes the visits of block `number` of the file; every number from 0 on comes once. Any thread. Leaves `visits` empty.
  void add(std::uint64_t number, Visits& visits);
  /// Closes what is open. To be called once, when all blocks are there.
  SessionTotals finish();

 private:
  struct Session {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t first_page = 0;  ///< the moment of it
    std::uint32_t last_page = 0;
    std::uint32_t requests_count = 0;
    std::uint32_t pages_count = 0;
    std::uint64_t entry = 0;
    std::uint64_t exit = 0;
  };
  struct Visitor {
    std::uint64_t hash = 0;  ///< 0: free
    std::uint32_t sessions_count = 0;
    bool has_waiting = false;
    Session session;  ///< requests_count 0: none is open
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::uint64_t next_number = 0;
    std::map<std::uint64_t, std::vector<Visit>> waiting_blocks;
    std::vector<Visitor> visitors;
    std::size_t visitors_count = 0;
    std::uint32_t newest = 0;
    std::unordered_multimap<std::uint64_t, Session> waiting;  ///< by visitor
    std::size_t sweep_at = 0;
    SessionTotals totals;
  };
  static Visitor& find(Shard& shard, std::uint64_t hash);
  void take(Shard& shard, const Visit& visit);
  void take_late(Shard& shard, Visitor& visitor, const Visit& visit);
  void rejoin(Shard& shard, Visitor& visitor);
  bool touches(const Session& session, std::uint32_t begin, std::uint32_t end) const;
  static void join(Session& session, const Session& other);
  bool is_closed(const Shard& shard, const Session& session) const;
  void put_aside(Shard& shard, Visitor& visitor);
  static void count(Shard& shard, const Session& session);
  void sweep(Shard& shard);
  void grow(Shard& shard);

  std::uint32_t gap_;
  std::uint32_t floor_ = ~std::uint32_t{0};
  std::array<Shard, kShardsCount> shards_;
};
}  // namespace weir::logs
