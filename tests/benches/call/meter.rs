//! Processor time and allocations of calls.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::Side;

/// What a call costs, on either side.
pub struct Both {
    pub sae: Cost,
    pub bare: Cost,
}

/// What a call costs.
pub struct Cost {
    /// Time of the processor in user and system mode.
    pub micros: f64,
    /// How often memory is asked for.
    pub allocations: f64,
}

/// Both sides in turns, with so many calls in flight.
pub fn both(address: SocketAddr, in_flight: usize) -> Both {
    let sides = [Meter::new(Side::sae(address)), Meter::new(Side::bare(address))];
    let mut micros = [(); 2].map(|()| Vec::with_capacity(ROUNDS));
    for meter in &sides {
        meter.calls(in_flight, CALLS);
    }
    for _ in 0..ROUNDS {
        for (meter, micros) in sides.iter().zip(&mut micros) {
            let began = processor_micros();
            meter.calls(in_flight, CALLS);
            micros.push((processor_micros() - began) / f64::from(CALLS));
        }
    }
    let [sae, bare] = micros.map(median);
    let [sae_allocations, bare_allocations] = sides.map(|meter| {
        let counted = allocation_counter::measure(|| meter.calls(in_flight, CALLS));
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousand")]
        let all = counted.count_total as f64;
        all / f64::from(CALLS)
    });
    Both {
        sae: Cost { micros: sae, allocations: sae_allocations },
        bare: Cost { micros: bare, allocations: bare_allocations },
    }
}

/// A side with a thread to itself.
pub struct Meter {
    side: Side,
    runtime: Runtime,
}

impl Meter {
    pub fn new(side: Side) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { side, runtime }
    }

    /// Makes so many calls altogether.
    pub fn calls(&self, in_flight: usize, calls: u32) {
        self.runtime.block_on(async {
            if in_flight == 1 {
                for _ in 0..calls {
                    self.side.call().await;
                }
                return;
            }
            let left = Arc::new(AtomicU32::new(calls));
            let mut tasks = JoinSet::new();
            for _ in 0..in_flight {
                let (side, left) = (self.side.clone(), Arc::clone(&left));
                tasks.spawn(async move {
                    let one = |left: u32| left.checked_sub(1);
                    while left.fetch_update(Relaxed, Relaxed, one).is_ok() {
                        side.call().await;
                    }
                });
            }
            while let Some(ended) = tasks.join_next().await {
                ended.expect("every call is answered");
            }
        });
    }
}

/// Of all threads of this process.
#[expect(clippy::cast_precision_loss, reason = "the bench runs for less than a century")]
fn processor_micros() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

const ROUNDS: usize = 41;
const CALLS: u32 = 1000;
