//! How a new version replaces the old one.

/// The two services name the same things differently.
macro_rules! strategy {
    ($module:literal, $strategy:path, $batch:path, $gray:path, $kind:path, $release:path) => {
        impl $strategy {
            /// Replaces the old version in this many batches.
            ///
            /// ```
            #[doc = concat!("use sae_models::", $module, "::UpdateStrategy;")]
            ///
            /// let in_three = UpdateStrategy::batches(3).manual();
            /// assert_eq!(
            ///     sae_transport::Json::new(in_three).to_text(),
            ///     r#"{"type":"BatchUpdate","batchUpdate":{"batch":3,"releaseType":"manual"}}"#,
            /// );
            /// let with_canary = UpdateStrategy::canary(1).then_batches(2).automatic(1);
            /// assert_eq!(
            ///     sae_transport::Json::new(with_canary).to_text(),
            ///     concat!(
            ///         r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":1},"#,
            ///         r#""grayUpdate":{"gray":1}}"#,
            ///     ),
            /// );
            /// ```
            pub fn batches(number: u16) -> Self {
                Self::of(<$kind>::BatchUpdate).batch_update(<$batch>::new(number))
            }

            /// Replaces this many instances first, then the others in one batch, or in as many as
            /// [`Self::then_batches`] says.
            pub fn canary(instances: u16) -> Self {
                Self::of(<$kind>::GrayBatchUpdate)
                    .gray_update(<$gray>::new(instances))
                    .batch_update(<$batch>::new(1))
            }

            /// Sets the number of batches, after the canary if there is one.
            #[must_use]
            pub fn then_batches(self, number: u16) -> Self {
                self.with_batches(|mut batches| {
                    batches.batch = number.into();
                    batches
                })
            }

            /// Each batch waits until it is confirmed by hand.
            #[must_use]
            pub fn manual(self) -> Self {
                self.with_batches(|batches| batches.release_type(<$release>::Manual))
            }

            /// Each batch starts by itself, this many minutes after the one before.
            #[must_use]
            pub fn automatic(self, minutes: u16) -> Self {
                self.with_batches(|batches| batches.release_type(<$release>::Auto).batch_wait_time(minutes))
            }

            fn with_batches(mut self, change: impl FnOnce($batch) -> $batch) -> Self {
                let batches = self.batch_update.take().unwrap_or_else(|| <$batch>::new(1));
                self.batch_update(change(batches))
            }
        }
    };
}

mod serverless {
    use crate::sae::{BatchReleaseType, BatchUpdate, GrayUpdate, UpdateStrategy, UpdateStrategyType};

    impl UpdateStrategy {
        fn of(kind: UpdateStrategyType) -> Self {
            Self::new().r#type(kind)
        }
    }

    strategy!("sae", UpdateStrategy, BatchUpdate, GrayUpdate, UpdateStrategyType, BatchReleaseType);
}

#[cfg(feature = "edas-kubernetes-application")]
mod kubernetes {
    use crate::edas::{
        BatchUpdate, GrayUpdate, HttpTrafficControl, ReleaseType, TrafficControlStrategy, TrafficRule,
        UpdateStrategy, UpdateType,
    };

    impl UpdateStrategy {
        fn of(kind: UpdateType) -> Self {
            Self::new(kind)
        }
    }

    strategy!("edas", UpdateStrategy, BatchUpdate, GrayUpdate, UpdateType, ReleaseType);

    impl TrafficControlStrategy {
        /// A part of the HTTP requests, in percent, goes to the new version.
        ///
        /// ```
        /// use sae_models::edas::{DeployK8sApplication, TrafficControlStrategy};
        ///
        /// let deploy = DeployK8sApplication::new("app").traffic_control_strategy(TrafficControlStrategy::percent(10));
        /// assert_eq!(
        ///     deploy.traffic_control_strategy.unwrap_or_default().to_text(),
        ///     r#"{"http":{"rules":[{"conditionType":"percent","percent":10}]}}"#,
        /// );
        /// ```
        pub fn percent(percent: u8) -> Self {
            let rule = TrafficRule::new("percent").percent(percent);
            Self::new().http(HttpTrafficControl::new().rules([rule]))
        }
    }
}
