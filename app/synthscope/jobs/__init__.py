"""Long work as plain generators yielding Progress, Preview and Made; the durable queue."""
