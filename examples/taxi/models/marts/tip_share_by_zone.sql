with counted as (
    select
        pickup_zone_id,
        tip_percent,
        sum(rides_count) as rides_count,
        sum(tips) as tips,
        sum(bills) as bills
    from {{ ref('zone_tips') }}
    group by pickup_zone_id, tip_percent
),

placed as (
    select
        *,
        sum(rides_count) over (partition by pickup_zone_id order by tip_percent) as rides_to_here,
        sum(rides_count) over (partition by pickup_zone_id) as rides_of_zone
    from counted
)

select
    placed.pickup_zone_id as zone_id,
    zones.zone,
    zones.borough,
    max(placed.rides_of_zone) as rides_count,
    sum(placed.tips) / sum(placed.bills) as tip_share,
    min(placed.tip_percent) filter (where placed.rides_to_here >= 0.25 * placed.rides_of_zone) / 100 as tip_share_quarter,
    min(placed.tip_percent) filter (where placed.rides_to_here >= 0.5 * placed.rides_of_zone) / 100 as tip_share_median,
    min(placed.tip_percent) filter (where placed.rides_to_here >= 0.75 * placed.rides_of_zone) / 100 as tip_share_three_quarters,
    coalesce(sum(placed.rides_count) filter (where placed.tip_percent = 0), 0) / max(placed.rides_of_zone) as no_tip_share
from placed
left join {{ ref('stg_zones') }} as zones on placed.pickup_zone_id = zones.zone_id
group by all
