//! Environment variables.

use crate::sae;

impl sae::EnvVar {
    /// A variable with a plain value. A pair does as well: `.envs([("MODE", "fast")])`.
    ///
    /// ```
    /// use sae_models::sae::{DeployApplication, EnvVar};
    ///
    /// let deploy = DeployApplication::new("app").envs([
    ///     EnvVar::plain("MODE", "fast"),
    ///     EnvVar::from_secret("PASSWORD", 101, "password"),
    ///     EnvVar::from_config_map("LEVEL", 16, "level"),
    /// ]);
    /// assert_eq!(
    ///     deploy.envs.unwrap_or_default().to_text(),
    ///     concat!(
    ///         r#"[{"name":"MODE","value":"fast"},"#,
    ///         r#"{"name":"PASSWORD","valueFrom":{"secretRef":{"secretId":101,"key":"password"}}},"#,
    ///         r#"{"name":"LEVEL","valueFrom":{"configMapRef":{"configMapId":16,"key":"level"}}}]"#,
    ///     ),
    /// );
    /// ```
    pub fn plain(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name).value(value)
    }

    /// A variable with the value of a key of a config map.
    pub fn from_config_map(name: impl Into<String>, config_map_id: i64, key: impl Into<String>) -> Self {
        let source = sae::ConfigMapRef::new(config_map_id).key(key);
        Self::new(name).value_from(sae::EnvVarSource::new().config_map_ref(source))
    }

    /// A variable with the value of a key of a secret.
    pub fn from_secret(name: impl Into<String>, secret_id: i64, key: impl Into<String>) -> Self {
        let source = sae::SecretRef::new(secret_id).key(key);
        Self::new(name).value_from(sae::EnvVarSource::new().secret_ref(source))
    }

    /// All keys of a config map as variables.
    ///
    /// ```
    /// use sae_models::sae::EnvVar;
    ///
    /// let all = EnvVar::all_of_config_map("settings", 16);
    /// assert_eq!(all.name, "sae-sys-configmap-all-settings");
    /// ```
    pub fn all_of_config_map(name: impl AsRef<str>, config_map_id: i64) -> Self {
        let source = sae::EnvVarSource::new().config_map_ref(sae::ConfigMapRef::new(config_map_id));
        Self::new(format!("sae-sys-configmap-all-{}", name.as_ref())).value_from(source)
    }

    /// All keys of a secret as variables.
    pub fn all_of_secret(name: impl AsRef<str>, secret_id: i64) -> Self {
        let source = sae::EnvVarSource::new().secret_ref(sae::SecretRef::new(secret_id));
        Self::new(format!("sae-sys-secret-all-{}", name.as_ref())).value_from(source)
    }
}

/// Name and value.
impl<N: Into<String>, V: Into<String>> From<(N, V)> for sae::EnvVar {
    fn from((name, value): (N, V)) -> Self {
        Self::plain(name, value)
    }
}

#[cfg(feature = "edas-kubernetes-application")]
mod kubernetes {
    use crate::edas::{EnvFrom, EnvVar, EnvVarSource, KeyRef, NameRef};

    impl EnvVar {
        /// A variable with a plain value. A pair does as well: `.envs([("MODE", "fast")])`.
        ///
        /// ```
        /// use sae_models::edas::{DeployK8sApplication, EnvFrom, EnvVar};
        ///
        /// let deploy = DeployK8sApplication::new("app")
        ///     .envs([EnvVar::plain("x1", "y1"), EnvVar::from_secret("x2", "my-secret", "y2")])
        ///     .env_froms([EnvFrom::config_map("settings")]);
        /// assert_eq!(
        ///     deploy.envs.unwrap_or_default().to_text(),
        ///     r#"[{"name":"x1","value":"y1"},{"name":"x2","valueFrom":{"secretKeyRef":{"name":"my-secret","key":"y2"}}}]"#,
        /// );
        /// ```
        pub fn plain(name: impl Into<String>, value: impl Into<String>) -> Self {
            Self::new(name).value(value)
        }

        /// A variable with the value of a key of a ConfigMap.
        pub fn from_config_map(
            name: impl Into<String>,
            config_map: impl Into<String>,
            key: impl Into<String>,
        ) -> Self {
            let source = EnvVarSource::new().config_map_key_ref(KeyRef::new(config_map, key));
            Self::new(name).value_from(source)
        }

        /// A variable with the value of a key of a Secret.
        pub fn from_secret(
            name: impl Into<String>,
            secret: impl Into<String>,
            key: impl Into<String>,
        ) -> Self {
            Self::new(name).value_from(EnvVarSource::new().secret_key_ref(KeyRef::new(secret, key)))
        }
    }

    /// Name and value.
    impl<N: Into<String>, V: Into<String>> From<(N, V)> for EnvVar {
        fn from((name, value): (N, V)) -> Self {
            Self::plain(name, value)
        }
    }

    impl EnvFrom {
        /// All keys of a ConfigMap as variables.
        pub fn config_map(name: impl Into<String>) -> Self {
            Self::new().config_map_ref(NameRef::new(name))
        }

        /// All keys of a Secret as variables.
        pub fn secret(name: impl Into<String>) -> Self {
            Self::new().secret_ref(NameRef::new(name))
        }
    }
}
