#!/bin/bash
# Records a store as a program that writes version 2 of the log leaves it: Tests/Goldens/recorded/stores/version-2.
# In an empty folder, with that program's rlrun in PATH and Tests/Goldens/recorded/trackers/folder as ./tb:
#   bash store_version_2.sh
# and then copy ./runs.
export OPENBLAS_NUM_THREADS=1
P="--set n_steps=64 --set n_envs=2 --set batch_size=32 --set n_epochs=1 --set net_arch=[4] --watch-every 500 --eval-freq 500 --eval-episodes 2"
# a training that goes back because of a finding, and is extended
rlrun train CartPole-v1 --agent ppo --seed 1 --steps 2048 --experiment train --name "with a rewind" $P --tag team=blue --watch 'weights/policy*' --when "train/loss > -1000 for 2 points" --on "any=rewind:learning_rate*0.5,seed" --max-rewinds 2 --save-freq 256 2>&1 | tail -5
rlrun runs
a=$(rlrun runs --columns id | tail -1 | tr -d ' ')
rlrun resume $a --steps 2560 2>&1 | tail -3
# a plain one
rlrun train CartPole-v1 --agent ppo --seed 2 --steps 1024 --experiment train $P 2>&1 | tail -3
# a fit
python3 - > data.csv <<'P'
print("a,b,kind")
for i in range(40): print(f"{i%7},{(i*i)%11},{'x' if (i%7)>(i*i)%11 else 'y'}")
P
rlrun fit data.csv --target kind --model mlp  --set hidden_layer_sizes=[4] --set epochs=6 --experiment fits 2>&1 | tail -3
# programs
p=$(rlrun log --start --experiment mine --name "by hand" --param lr=0.1 --param net=4,4 --tag k=v loss=1)
echo "kept with the run" > note.txt
rlrun log $p loss=0.5 acc=nan --artifact note.txt
rlrun log $p loss=0.25 --finish
rlrun tag $p stage=baseline; rlrun note $p "a note of old"
q=$(rlrun log --start --experiment mine --seed 3 loss=2); rlrun log $q loss=1.5
d=$(rlrun log --start --experiment mine loss=3 --finish); rlrun delete $d
rlrun import tb 2>&1 | tail -1
echo $a $p $q $d
printf '\xF5\xC0\xDE\xFA\x03' >> runs/mine/$q/log.rlog
rm -f runs/.catalogue
