//! Sweeps on a cluster: the job array of the examples, on a Slurm of this machine alone.

#![allow(clippy::print_stdout)] // A test says what it skipped.

use std::fmt::Write;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lightlane::{config, preset};

/// What it takes to run a job.
const PROGRAMS: [&str; 4] = ["munged", "slurmctld", "slurmd", "sbatch"];

/// How long the daemons may take to be ready, and how long the job may take.
const PATIENCE: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(900)];

/// A sweep that is quick: a copper link with one setting to train.
const SWEEP: [&str; 7] = [
    "copper.toml",
    "--over",
    "*/copper.channel/loss=20 dB..27 dB:8",
    "--measure",
    "ber,margin",
    "--symbols",
    "4096",
];

/// A program in the path, or where daemons are.
fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Processes that end with the test.
struct Daemons(Vec<Child>);

impl Drop for Daemons {
    fn drop(&mut self) {
        for daemon in self.0.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Daemons {
    fn start(&mut self, program: &Path, arguments: &[&str], folder: &Path) {
        let log = folder.join("daemons.log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let daemon = Command::new(program)
            .args(arguments)
            .env("SLURM_CONF", folder.join("slurm.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.0.push(daemon);
    }
}

/// Waits until something is so; false if it takes too long.
fn wait(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < patience {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}

/// A cluster of one node, which listens on the loopback interface only.
fn configuration(folder: &Path) -> String {
    let user = Command::new("id").arg("-un").output().unwrap();
    let user = String::from_utf8(user.stdout).unwrap().trim().to_owned();
    // Both ports are free at the same time.
    let ports = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [controller, node] = ports.map(|listener| listener.local_addr().unwrap().port());
    let mut text = format!(
        "ClusterName=lightlane\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort={controller}\n\
         SlurmdPort={node}\nSlurmUser={user}\nSlurmdUser={user}\n\
         CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\nCredType=cred/munge\n\
         ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nSwitchType=switch/none\n\
         MpiDefault=none\nSelectType=select/cons_tres\nSelectTypeParameters=CR_Core\n\
         NodeName=localhost NodeAddr=127.0.0.1 CPUs=1\n\
         PartitionName=local Nodes=localhost Default=YES\n"
    );
    let in_folder = [
        ("AuthInfo=socket=", "munge.socket"),
        ("StateSaveLocation=", "state"),
        ("SlurmdSpoolDir=", "spool"),
        ("SlurmctldPidFile=", "slurmctld.pid"),
        ("SlurmdPidFile=", "slurmd.pid"),
        ("SlurmctldLogFile=", "slurmctld.log"),
        ("SlurmdLogFile=", "slurmd.log"),
    ];
    for (key, name) in in_folder {
        writeln!(text, "{key}{}", folder.join(name).display()).unwrap();
    }
    text
}

#[test]
fn a_job_array_gives_the_same_bytes_as_one_process() {
    let programs: Option<Vec<PathBuf>> = PROGRAMS.iter().map(|name| found(name)).collect();
    let Some(programs) = programs else {
        println!("skipped: no Slurm here, which takes {}", PROGRAMS.join(", "));
        return;
    };
    // Sockets have short names, and no one else may look into the folder.
    let folder = std::env::temp_dir().join(format!("lightlane-slurm-{}", std::process::id()));
    for name in ["state", "spool"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let within = |name: &str| folder.join(name).display().to_string();
    let mut key = [0; 128];
    std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut key).unwrap();
    std::fs::write(within("munge.key"), key).unwrap();
    std::fs::write(within("slurm.conf"), configuration(&folder)).unwrap();
    let modes = Command::new("chmod")
        .args(["go-rwx", &within("."), &within("munge.key")])
        .status()
        .unwrap();
    assert!(modes.success());

    let mut daemons = Daemons(Vec::new());
    let [munged, controller, node, sbatch] = [0, 1, 2, 3].map(|index| programs[index].as_path());
    let munge = ["key-file", "socket", "pid-file", "log-file", "seed-file"].map(|option| {
        format!("--{option}={}", within(&format!("munge.{}", option.trim_end_matches("-file"))))
    });
    let munge: Vec<&str> =
        ["--foreground", "--force"].into_iter().chain(munge.iter().map(String::as_str)).collect();
    daemons.start(munged, &munge, &folder);
    assert!(wait(PATIENCE[0], || folder.join("munge.socket").exists()), "munged");
    daemons.start(controller, &["-D", "-c", "-i"], &folder);
    daemons.start(node, &["-D", "-c", "-N", "localhost"], &folder);

    let mut route = preset::copper_100g();
    route.hops[0].aggressors.clear();
    route.hops[0].receiver.ctle_search = None;
    std::fs::write(within("copper.toml"), config::print(&route).unwrap()).unwrap();
    let lightlane = env!("CARGO_BIN_EXE_lightlane");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster/slurm.sh");
    let mut submit = Command::new(sbatch);
    submit
        .args(["--wait", "--array=1-3", "--output=task-%a.log"])
        .arg(script)
        .arg("3")
        .args(SWEEP)
        .args(["--out", "shards"])
        .env("SLURM_CONF", within("slurm.conf"))
        .env("LIGHTLANE", lightlane)
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Until the daemons are ready, jobs are refused.
    let mut job = None;
    let submitted = wait(PATIENCE[0], || {
        let mut trial = submit.spawn().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        let refused = trial.try_wait().unwrap().is_some_and(|status| !status.success());
        job = (!refused).then_some(trial);
        job.is_some()
    });
    assert!(submitted, "no job is taken: see {}", folder.display());
    let mut job = Daemons(job.into_iter().collect());
    let mut status = None;
    let ended = wait(PATIENCE[1], || {
        status = job.0[0].try_wait().unwrap();
        status.is_some()
    });
    assert!(ended && status.unwrap().success(), "the job failed: see {}", folder.display());

    let run = |arguments: &[&str]| {
        let status = Command::new(lightlane)
            .args(arguments)
            .current_dir(&folder)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{arguments:?}");
    };
    run(&["merge", "shards"]);
    run(&[&["sweep"], &SWEEP[..], &["--out", "whole"]].concat());
    let bytes = |name: &str| std::fs::read(folder.join(name).join("sweep.csv")).unwrap();
    assert_eq!(bytes("shards"), bytes("whole"));
    for index in 1..=3 {
        assert!(folder.join(format!("shards/sweep-{index}-of-3.csv")).is_file());
    }
    println!("ran on Slurm: 8 points in 3 tasks, merged to the bytes of one process");
    drop(daemons);
    std::fs::remove_dir_all(folder).unwrap();
}
