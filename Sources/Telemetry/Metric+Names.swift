/// Names that several targets spell. Those of one target stand where they are recorded; a name on disk never changes.
extension Metric {
  package static let dataBaselineLoss: Metric = "data/baseline_loss"
  package static let dataConstantColumns: Metric = "data/constant_columns"
  package static let dataDuplicateColumns: Metric = "data/duplicate_columns"
  package static let dataLabelIssues: Metric = "data/label_issues"
  package static let dataValidationOverlap: Metric = "data/validation_overlap"
  package static let dataValidationRows: Metric = "data/validation_rows"

  package static let evalMeanReward: Metric = "eval/mean_reward"
  package static let evalStartScale: Metric = "eval/start_scale"
  package static let evalStartShift: Metric = "eval/start_shift"

  package static let finalMeanReward: Metric = "final/mean_reward"
  package static let finalValidationAccuracy: Metric = "final/validation/accuracy"
  package static let finalValidationR2: Metric = "final/validation/r2"

  package static let foldTestRows: Metric = "fold/test_rows"
  package static let foldTrainingRows: Metric = "fold/training_rows"

  package static let inputsAbsMax: Metric = "inputs/abs_max"
  package static let inputsConstantColumns: Metric = "inputs/constant_columns"
  package static let inputsDuplicateColumns: Metric = "inputs/duplicate_columns"
  package static let inputsMeanShift: Metric = "inputs/mean_shift"

  package static let replayCapacity: Metric = "replay/capacity"

  package static let rolloutActionAtBound: Metric = "rollout/action_at_bound"
  package static let rolloutEpLenMean: Metric = "rollout/ep_len_mean"
  package static let rolloutEpRew: Metric = "rollout/ep_rew"
  package static let rolloutEpRewMean: Metric = "rollout/ep_rew_mean"
  package static let rolloutMostFrequentAction: Metric = "rollout/most_frequent_action"
  package static let rolloutNonfiniteObservations: Metric = "rollout/nonfinite_observations"
  package static let rolloutRewardAbsMax: Metric = "rollout/reward_abs_max"
  package static let rolloutTimeLimitFraction: Metric = "rollout/time_limit_fraction"
  package static let rolloutTruncatedFraction: Metric = "rollout/truncated_fraction"

  package static let setupBudget: Metric = "setup/budget"
  package static let setupGamma: Metric = "setup/gamma"
  package static let setupLearningStarts: Metric = "setup/learning_starts"

  package static let timeFPS: Metric = "time/fps"
  package static let timeOther: Metric = "time/other"
  package static let timeTimeElapsed: Metric = "time/time_elapsed"
  package static let timeWaiting: Metric = "time/waiting"

  package static let trainApproxKL: Metric = "train/approx_kl"
  package static let trainClipFraction: Metric = "train/clip_fraction"
  package static let trainClipRange: Metric = "train/clip_range"
  package static let trainCriticLoss: Metric = "train/critic_loss"
  package static let trainEntropyFraction: Metric = "train/entropy_fraction"
  package static let trainEntropyLoss: Metric = "train/entropy_loss"
  package static let trainEpochs: Metric = "train/epochs"
  package static let trainExplainedVariance: Metric = "train/explained_variance"
  package static let trainFirstRatioError: Metric = "train/first_ratio_error"
  package static let trainGradNorm: Metric = "train/grad_norm"
  package static let trainInertia: Metric = "train/inertia"
  package static let trainLearningRate: Metric = "train/learning_rate"
  package static let trainLoss: Metric = "train/loss"
  package static let trainNUpdates: Metric = "train/n_updates"
  package static let trainObjective: Metric = "train/objective"
  package static let trainPolicyGradientLoss: Metric = "train/policy_gradient_loss"
  package static let trainQValue: Metric = "train/q_value"
  package static let trainReturnAbsMax: Metric = "train/return_abs_max"
  package static let trainTargetUpdates: Metric = "train/target_updates"
  package static let trainValueLoss: Metric = "train/value_loss"

  package static let validationLoss: Metric = "validation/loss"
}
