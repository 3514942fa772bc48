#!/bin/bash
# A sweep as a Slurm job array: each task measures the points of one shard, and a job behind it joins them.
# Behind the script's name stands how many shards there are, then what `lightlane sweep` is given:
#
#     job=$(sbatch --parsable --array=1-20 examples/cluster/slurm.sh 20 lpo-dr-100g dsp-dr-100g \
#         --over "*/host-tx.channel/loss,*/host-rx.channel/loss=6 dB..26 dB:200" --out results)
#     sbatch --dependency=afterok:"$job" --wrap "lightlane merge results"
#
# A task that was killed goes on where it stopped: submit the same array once more, or those tasks alone
# (`--array=3,7`) with the same number of shards. As many tasks are right as make each last from ten
# seconds to an hour. LIGHTLANE names another program than the one in the path.
#SBATCH --job-name=lightlane
#SBATCH --cpus-per-task=1
#SBATCH --output=lightlane-%a.log
set -euo pipefail

shards=$1
shift

exec "${LIGHTLANE:-lightlane}" sweep "$@" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --shard "$SLURM_ARRAY_TASK_ID/$shards"
