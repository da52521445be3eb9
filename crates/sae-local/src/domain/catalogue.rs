//! What can be chosen when an application is created: instance sizes, JDKs, web containers, EDAS containers.

/// A size of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// CPU in millicores.
    pub cpu: i64,
    /// Memory in MB.
    pub memory: i64,
}

/// The sizes in the order of their identifiers, which count from 1: the pairs that today's reference allows. The
/// document of 2019 shows the first, the second and the fourth under these identifiers.
pub const SIZES: &[Size] = &[
    size(1000, 1024),
    size(1000, 2048),
    size(1000, 4096),
    size(2000, 4096),
    size(500, 1024),
    size(500, 2048),
    size(2000, 2048),
    size(2000, 8192),
    size(4000, 4096),
    size(4000, 8192),
    size(4000, 16_384),
    size(8000, 8192),
    size(8000, 16_384),
    size(8000, 65_536),
    size(12_000, 12_288),
    size(12_000, 24_576),
    size(16_000, 16_384),
    size(16_000, 32_768),
    size(16_000, 65_536),
    size(32_000, 65_536),
    size(32_000, 131_072),
];

/// The size of an application that names none.
pub const DEFAULT_SIZE: Size = size(1000, 2048);

/// The JDKs that a package can run on.
pub const JDKS: &[&str] = &[
    "Open JDK 8",
    "Open JDK 7",
    "Dragonwell 8",
    "Dragonwell 11",
    "openjdk-8u191-jdk-alpine3.9",
    "openjdk-7u201-jdk-alpine3.9",
];

/// The web containers that a WAR file can run in.
pub const WEB_CONTAINERS: &[&str] = &["apache-tomcat-8.5.42", "apache-tomcat-7.0.91"];

/// The EDAS containers that a Pandora application can run in.
pub const EDAS_CONTAINERS: &[&str] = &["3.5.3"];

/// Whether instances may have this size.
pub fn is_size(cpu: i64, memory: i64) -> bool {
    SIZES.contains(&size(cpu, memory))
}

const fn size(cpu: i64, memory: i64) -> Size {
    Size { cpu, memory }
}
