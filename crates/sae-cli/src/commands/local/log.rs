//! Logs each request on standard error.

use sae::transport::text::escape_control;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, UNIX_EPOCH};

use console::{StyledObject, style};
use sae_local::Served;

/// A line on standard error for each request, without query and secrets.
///
/// Another thread writes it, so that the server never waits for a reader of standard error. Lines that come too fast are dropped and
/// counted.
pub struct Log {
    lines: SyncSender<Option<Served>>,
    left_out: Arc<AtomicU64>,
    /// Closed when everything is written.
    written: Receiver<()>,
}

impl Log {
    pub fn start() -> Self {
        let (lines, queue) = sync_channel(QUEUE);
        let left_out = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&left_out);
        let (open, written) = sync_channel(0);
        std::thread::spawn(move || {
            write(&queue, &counted);
            drop(open);
        });
        Self { lines, left_out, written }
    }

    pub fn observer(&self) -> impl Fn(&Served) + Send + Sync + 'static {
        let (lines, left_out) = (self.lines.clone(), Arc::clone(&self.left_out));
        move |served| {
            if let Err(TrySendError::Full(_)) = lines.try_send(Some(served.clone())) {
                left_out.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes the remaining lines, unless nobody reads them.
    pub fn end(self) {
        if self.lines.try_send(None).is_ok() {
            let _ = self.written.recv_timeout(PATIENCE);
        }
    }
}

fn write(queue: &Receiver<Option<Served>>, left_out: &AtomicU64) {
    let mut err = std::io::stderr();
    while let Ok(Some(served)) = queue.recv() {
        let mut text = line(&served);
        let left_out = left_out.swap(0, Ordering::Relaxed);
        if left_out > 0 {
            text.push_str(&format!("          … {left_out} more that were too fast for this log\n"));
        }
        if err.write_all(text.as_bytes()).is_err() {
            break;
        }
    }
}

fn line(served: &Served) -> String {
    let seconds = served.time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let time = format!("{:02}:{:02}:{:02}Z", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let status = match served.status {
        Some(status @ ..400) => styled(status.to_string()).green(),
        Some(status @ ..500) => styled(status.to_string()).yellow(),
        Some(status) => styled(status.to_string()).red(),
        None => styled("---".to_owned()).red(),
    };
    let what = match served.operation {
        Some(operation) => operation.to_owned(),
        None => format!("{} {}", escape_control(&served.method), escape_control(&served.path)),
    };
    let tenant = served.tenant.as_deref().map_or("-".into(), escape_control);
    let millis = served.duration.as_secs_f64() * 1e3;
    let mut text = format!("{}  {status}  {what:<28}  {tenant:<12}  {millis:>8.1} ms", styled(time).dim());
    if let Some(code) = served.code {
        text.push_str(&format!("  {code}"));
    }
    if let Some(fault) = &served.fault {
        text.push_str(&format!("  {}", styled(format!("fault {}", escape_control(fault))).magenta()));
    }
    text.push('\n');
    text
}

fn styled(text: String) -> StyledObject<String> {
    style(text).for_stderr()
}

const QUEUE: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(1);
