//! The tables of the database and the version of their format.

use redb::TableDefinition;

/// Entities as JSON, by tenant (the id of the access key), product, kind and identifier.
pub const ENTITIES: TableDefinition<'_, (&str, &str, &str, &str), &[u8]> = TableDefinition::new("entities");
/// The clocks that were driven, by tenant: whether the clock is frozen, and the time that it shows or, if it runs, how
/// far it is ahead.
pub const CLOCKS: TableDefinition<'_, &str, (bool, i64)> = TableDefinition::new("clocks");
/// Data about the database itself.
pub const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
pub const FORMAT_KEY: &str = "format";
/// The version of the format of entities. A change that older versions can't read increments it.
pub const FORMAT: u64 = 1;
