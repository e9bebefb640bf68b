select
    coalesce(zones.borough, 'Unknown') as borough,
    tips.tip_percent,
    sum(tips.rides_count) as rides_count,
    sum(tips.rides_count) / sum(sum(tips.rides_count)) over (partition by coalesce(zones.borough, 'Unknown')) as share_of_rides
from {{ ref('zone_tips') }} as tips
left join {{ ref('stg_zones') }} as zones on tips.pickup_zone_id = zones.zone_id
group by 1, 2
