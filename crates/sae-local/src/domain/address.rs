//! Addresses of instances and load balancers.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// Assigns addresses. None is assigned twice until its range is used up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    instances: u32,
    private: u32,
    public: u32,
}

impl Addresses {
    /// The next address of an instance, in 172.16.0.0/12.
    pub fn instance(&mut self) -> Ipv4Addr {
        next(&mut self.instances, Ipv4Addr::new(172, 16, 0, 0), 20)
    }

    /// The next address of an internal load balancer, in 192.168.0.0/16.
    pub fn private(&mut self) -> Ipv4Addr {
        next(&mut self.private, Ipv4Addr::new(192, 168, 0, 0), 16)
    }

    /// The next address of an internet-facing load balancer, in 198.18.0.0/15, which is reserved for benchmarks (RFC
    /// 2544).
    pub fn public(&mut self) -> Ipv4Addr {
        next(&mut self.public, Ipv4Addr::new(198, 18, 0, 0), 17)
    }
}

fn next(used: &mut u32, net: Ipv4Addr, host_bits: u32) -> Ipv4Addr {
    let hosts = (1_u32 << host_bits) - 2;
    let host = *used % hosts + 1;
    *used = used.wrapping_add(1);
    Ipv4Addr::from(u32::from(net) | host)
}
