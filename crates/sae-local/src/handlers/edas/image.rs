//! Addresses of images.

/// The parts of an image address: `registry-vpc.cn-hangzhou.aliyuncs.com/demo/nginx:latest`.
#[derive(Debug, PartialEq, Eq)]
pub struct ImageAddress<'a> {
    /// Everything before the tag.
    pub repository: &'a str,
    /// Namespace of the repository; empty if there is none.
    pub namespace: &'a str,
    /// Name of the repository.
    pub name: &'a str,
    /// Tag.
    pub tag: &'a str,
}

impl<'a> ImageAddress<'a> {
    /// Splits an address. A digest is ignored.
    pub fn parse(address: &'a str) -> Self {
        let address = address.split('@').next().unwrap_or_default();
        let path = address.rfind('/').map_or(0, |at| at + 1);
        let (repository, tag) = match address.rfind(':').filter(|at| *at >= path) {
            Some(at) => (address.get(..at).unwrap_or_default(), address.get(at + 1..).unwrap_or_default()),
            None => (address, "latest"),
        };
        let (place, name) = repository.rsplit_once('/').unwrap_or(("", repository));
        let (host, inside) = place.split_once('/').unwrap_or((place, ""));
        let is_host = host.contains(['.', ':']) || host == "localhost";
        Self { repository, namespace: if is_host { inside } else { place }, name, tag }
    }

    /// The address with another tag.
    pub fn tagged(&self, tag: &str) -> String {
        format!("{}:{tag}", self.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::ImageAddress;

    #[test]
    fn an_address_is_taken_apart() {
        for (address, namespace, name, tag) in [
            ("registry-vpc.cn-hangzhou.aliyuncs.com/demo/nginx:1", "demo", "nginx", "1"),
            ("localhost:5000/nginx", "", "nginx", "latest"),
            ("demo/nginx@sha256:0123", "demo", "nginx", "latest"),
            ("nginx:2", "", "nginx", "2"),
        ] {
            let image = ImageAddress::parse(address);
            assert_eq!((image.namespace, image.name, image.tag), (namespace, name, tag), "{address}");
        }
        assert_eq!(ImageAddress::parse("localhost:5000/nginx").tagged("3"), "localhost:5000/nginx:3");
    }
}
