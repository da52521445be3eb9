//! The choices when an application is created: instance sizes, and the runtimes of packages.

/// CPU and memory of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// CPU in millicores.
    pub cpu: i64,
    /// Memory in MB.
    pub memory: i64,
}

/// The sizes, ordered by their identifiers, which count from 1. They are the pairs that today's reference allows; the
/// document of 2019 shows the first, second and fourth with these identifiers.
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

/// The kind of an application that names none.
pub const APP_SOURCE: &str = "micro_service";

/// The edition of the service that an application runs on if it names none.
pub const EDITION: &str = "std";

/// The type of the resource; there is no other.
pub const RESOURCE_TYPE: &str = "application";

/// The JDKs that a package can run on.
pub const JDKS: &[&str] = &[
    "Open JDK 8",
    "Open JDK 7",
    "Dragonwell 8",
    "Dragonwell 11",
    "Dragonwell 17",
    "Dragonwell 21",
    "openjdk-8u191-jdk-alpine3.9",
    "openjdk-7u201-jdk-alpine3.9",
];

/// The web containers that a WAR file can run in.
pub const WEB_CONTAINERS: &[&str] = &["apache-tomcat-8.5.58", "apache-tomcat-8.5.42", "apache-tomcat-7.0.91"];

/// The EDAS containers that a Pandora application can run in.
pub const EDAS_CONTAINERS: &[&str] = &["3.5.3"];

/// The versions of PHP that a ZIP file can run on.
pub const PHPS: &[&str] = &["PHP-FPM 7.0", "PHP-FPM 7.2", "PHP-FPM 7.3"];

/// The versions of Python that a ZIP file can run on.
pub const PYTHONS: &[&str] = &["PYTHON 3.9.15"];

/// The versions of .NET that a ZIP file can run on.
pub const DOTNETS: &[&str] = &[".NET 3.1", ".NET 5.0", ".NET 6.0", ".NET 7.0", ".NET 8.0"];

/// The names of regions in Chinese, as in the document of 2019. It shows those of Hangzhou, Shanghai and Beijing; the
/// others follow their pattern.
const REGION_NAMES: &[(&str, &str)] = &[
    ("ap-northeast-1", "日本（东京）"),
    ("ap-southeast-1", "新加坡"),
    ("cn-beijing", "华北2（北京）"),
    ("cn-chengdu", "西南1（成都）"),
    ("cn-guangzhou", "华南3（广州）"),
    ("cn-hangzhou", "华东1（杭州）"),
    ("cn-heyuan", "华南2（河源）"),
    ("cn-hongkong", "中国（香港）"),
    ("cn-shanghai", "华东2（上海）"),
    ("cn-shenzhen", "华南1（深圳）"),
    ("cn-wulanchabu", "华北6（乌兰察布）"),
    ("cn-zhangjiakou", "华北3（张家口）"),
    ("eu-central-1", "德国（法兰克福）"),
    ("us-east-1", "美国（弗吉尼亚）"),
    ("us-west-1", "美国（硅谷）"),
];

/// The name of a region; its identifier if the name isn't known.
pub fn region_name(id: &str) -> &str {
    REGION_NAMES.iter().find(|(region, _)| *region == id).map_or(id, |(_, name)| name)
}

/// Whether instances may have this size.
pub fn is_size(cpu: i64, memory: i64) -> bool {
    SIZES.contains(&size(cpu, memory))
}

const fn size(cpu: i64, memory: i64) -> Size {
    Size { cpu, memory }
}
