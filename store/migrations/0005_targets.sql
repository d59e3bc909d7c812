-- The targets of the province's plan. They were in force before any installation, so they are dated before all data:
-- an "as of" question about the past finds them.
insert into target (kind, value, by_date, source, recorded_at) values
  ('per-person', 1, '2025-12-31', 'trung bình mỗi người dân có 01 kết nối IoT', '2025-01-01T00:00:00Z'),
  ('per-person', 4, '2030-12-31', 'trung bình mỗi người dân 04 kết nối IoT', '2025-01-01T00:00:00Z'),
  ('upper-average', null, '2030-12-31', 'đạt mức trung bình cao trong nước', '2025-01-01T00:00:00Z');
