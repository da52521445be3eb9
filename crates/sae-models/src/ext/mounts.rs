//! What is mounted into a container.

use crate::sae::{ConfigMapMountDesc, SecretMountDesc};

impl ConfigMapMountDesc {
    /// All keys of a config map as the files of a directory.
    ///
    /// ```
    /// use sae_models::sae::{
    ///     ConfigMapMountDesc, DeployApplication, EmptyDirDesc, NasConfig, OssMount, SecretMountDesc,
    /// };
    ///
    /// let deploy = DeployApplication::new("app")
    ///     .config_map_mount_desc([ConfigMapMountDesc::all(16, "/etc/shop"), ConfigMapMountDesc::new(17, "level", "/etc/level")])
    ///     .secret_mount_desc([SecretMountDesc::all(10, "/etc/keys")])
    ///     .empty_dir_desc([EmptyDirDesc::new("workdir", "/usr/local/tomcat/webapps")])
    ///     .nas_configs([NasConfig::new("nasId1", "nasId1.cn-shenzhen.nas.aliyuncs.com", "/test1", "/test1")])
    ///     .oss_mount_descs([OssMount::new("oss-bucket", "data/user.data", "/usr/data/user.data").read_only(true)]);
    /// assert_eq!(
    ///     deploy.config_map_mount_desc.unwrap_or_default().to_text(),
    ///     concat!(
    ///         r#"[{"configMapId":16,"key":"sae-sys-configmap-all","mountPath":"/etc/shop"},"#,
    ///         r#"{"configMapId":17,"key":"level","mountPath":"/etc/level"}]"#,
    ///     ),
    /// );
    /// ```
    pub fn all(config_map_id: i64, mount_path: impl Into<String>) -> Self {
        Self::new(config_map_id, "sae-sys-configmap-all", mount_path)
    }
}

impl SecretMountDesc {
    /// All keys of a secret as the files of a directory.
    pub fn all(secret_id: i64, mount_path: impl Into<String>) -> Self {
        Self::new(secret_id, "sae-sys-secret-all", mount_path)
    }
}

#[cfg(feature = "edas-kubernetes-application")]
mod kubernetes {
    use crate::edas::{ConfigKind, ConfigMount, PvcMount, PvcMountPath};

    impl ConfigMount {
        /// A ConfigMap as a directory: each key is a file.
        ///
        /// ```
        /// use sae_models::edas::{ConfigMount, DeployK8sApplication, PvcMount};
        ///
        /// let deploy = DeployK8sApplication::new("app")
        ///     .config_mount_descs([ConfigMount::config_map("nginx-config", "/etc/nginx")])
        ///     .pvc_mount_descs([PvcMount::at("nas-pvc-1", "/usr/share/nginx/data")]);
        /// assert_eq!(
        ///     deploy.config_mount_descs.unwrap_or_default().to_text(),
        ///     r#"[{"name":"nginx-config","type":"ConfigMap","mountPath":"/etc/nginx"}]"#,
        /// );
        /// assert_eq!(
        ///     deploy.pvc_mount_descs.unwrap_or_default().to_text(),
        ///     r#"[{"pvcName":"nas-pvc-1","mountPaths":[{"mountPath":"/usr/share/nginx/data"}]}]"#,
        /// );
        /// ```
        pub fn config_map(name: impl Into<String>, mount_path: impl Into<String>) -> Self {
            Self::new(name, ConfigKind::ConfigMap, mount_path)
        }

        /// A Secret as a directory: each key is a file.
        pub fn secret(name: impl Into<String>, mount_path: impl Into<String>) -> Self {
            Self::new(name, ConfigKind::Secret, mount_path)
        }
    }

    impl PvcMount {
        /// A persistent volume claim, mounted once.
        pub fn at(pvc_name: impl Into<String>, mount_path: impl Into<String>) -> Self {
            Self::new(pvc_name, [PvcMountPath::new(mount_path)])
        }
    }
}
