-- Rollups are small, and a year of one series is asked for at once: with the default of ten days a chunk, half of the time of
-- such a read was planning it. Holds for chunks to come.
select set_chunk_time_interval(
    format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)::regclass,
    case view_name when 'observation_1m' then interval '10 days' when 'observation_1h' then interval '90 days' else interval '730 days' end)
from timescaledb_information.continuous_aggregates
where view_name in ('observation_1m', 'observation_1h', 'observation_1d');
