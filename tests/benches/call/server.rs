//! A server that always gives the same answer, in a process of its own.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{ROLE, pinned};

/// The process. It ends with the value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start() -> Self {
        let mut child = pinned::server(env::current_exe().expect("the path of this program"))
            .env(ROLE, "server")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its first line");
        Self { child, address: line.trim().parse().expect("an address") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What that process does.
pub fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("its address"));
        std::io::stdout().flush().expect("somebody listens");
        let answer = [HEAD, &format!("content-length: {}\r\n\r\n", BODY.len()), BODY].concat();
        let answer: &'static str = answer.leak();
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            tokio::spawn(connection(stream, answer));
        }
    });
}

/// Answers each request that is whole; requests have no bodies here.
async fn connection(mut stream: TcpStream, answer: &str) {
    stream.set_nodelay(true).expect("a socket");
    let mut buffer = Vec::with_capacity(4096);
    while stream.read_buf(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {
        if buffer.ends_with(b"\r\n\r\n") {
            buffer.clear();
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// The headers that the gateway sends.
const HEAD: &str = "HTTP/1.1 200 OK\r\n\
    date: Mon, 26 Aug 2019 08:55:56 GMT\r\n\
    content-type: application/json;charset=utf-8\r\n\
    connection: keep-alive\r\n\
    keep-alive: timeout=25\r\n\
    access-control-allow-origin: *\r\n\
    access-control-expose-headers: *\r\n\
    x-acs-request-id: 91F93257-7A4A-4BD3-9A7E-2F6EAE6D7C7C\r\n\
    x-acs-trace-id: 2d3bd2f0c1c5c5b4e0f3a1b7f3d0a9c4\r\n\
    etag: 2Kp0uoSRuJbkPLBGEeQfQ8g4\r\n";

/// One kilobyte; the strings of JSON are as the service sends them.
pub const BODY: &str = r#"{"RequestId":"91F93257-7A4A-4BD3-9A7E-2F6EAE6D7C7C","Message":"success","TraceId":"0a98a02315955564772843261e","Data":{"AppId":"0099b7be-5f5b-4512-a7fc-56049ef1aa6b","ArmsAdvancedEnabled":"false","ArmsApmInfo":"{\"appId\":\"0099b7be-5f5b-4512-a7fc-56049ef1aa6b\",\"licenseKey\":\"d5cgmt5pu0@7303f55292a2d5f\"}","CreateTime":"1563373372746","CurrentStatus":"RUNNING","LastChangeOrderId":"1ccc2339-fc19-49aa-bda0-1e7b84977515","LastChangeOrderRunning":false,"LastChangeOrderStatus":"SUCCESS","RunningInstances":1,"EnableAgent":true,"FileSizeLimit":10240,"SubStatus":"NORMAL","RegionId":"cn-hangzhou","AppName":"shop-frontend-production","NamespaceId":"cn-hangzhou:production","VpcId":"vpc-bp1aevy8sofi8mh1qc5cm","VSwitchId":"vsw-bp12mw1f8k3jgygk9bmlj","SecurityGroupId":"sg-bp1f8k3jgygk9bmlj12mw","ImageUrl":"registry-vpc.cn-hangzhou.aliyuncs.com/shop/frontend:2019.08.26-1","PackageType":"Image","SlbId":"lb-bp1tg0k6d9nqaw7l1p0vf"},"ErrorCode":"","Code":"200","Success":true}"#;
