# What one types here. A plain "make" lists it: the lines with two hashes behind the target, an attendee's
# first, in the reader's language. GNU make 3.81 or newer; the work is done by the programs in tools/.

ifeq ($(origin CC),default)
CC = cc
endif
CFLAGS = -Wall -Wextra
SHELL = /bin/sh

folders := $(sort $(wildcard step[0-9][0-9]-*)) $(sort $(wildcard beyond/step[0-9][0-9]-*))
number = $(firstword $(subst -, ,$(notdir $(1))))
STEP = 05
# What the user has set it to, if anything; and a text as one word for the shell.
STEP_WANTED := $(if $(filter command line environment,$(origin STEP)),$(STEP))
# Not from the environment: WSL puts the machine's name there.
NAME_WANTED := $(if $(filter command line,$(origin NAME)),$(NAME))
quoted = '$(subst ','\'',$(1))'
# Builds and checks install nothing: they name what is missing, and the command that installs it. The tools are named to
# their interpreters: an archive, or a disk of another system's, may have lost their right to be executed.
needs = @sh tools/setup --check
# What is to be written can be: the folder is not read-only, nor root's after a sudo make.
writes = @bash -c '. tools/lib/workshop.bash && require_writable "$$@"' make

.DEFAULT_GOAL = help
.PHONY: help clients demo check watch explain riddle break trace page figures diff transcripts lessons bench elsewhere faults test lint clean setup FORCE

help:
	@bash tools/help

#: Yours | 参加者のコマンド
check: ## how far your server has got, and what is wrong with it (PROGRAM='python3 mine.py', STEP=03) ## 自分のサーバーがどこまでできたか、何が間違っているか (PROGRAM='python3 mine.py'、STEP=03)
watch: ## the same at every save, in short, until Ctrl-C ## 保存のたびに短く確認する (Ctrl-C で終了)
check watch:
	$(needs) bash strace python3
	@CC='$(CC)' CHECK_STEP=$(call quoted,$(STEP_WANTED)) exec bash tools/$@ $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

explain: ## a mistake that make check names, and the fix (MISTAKE=bind/no-htons) ## make check が示した間違いと直し方 (MISTAKE=bind/no-htons)
	$(needs) bash python3
	@exec bash tools/explain $(if $(MISTAKE),$(call quoted,$(MISTAKE)))

break: ## a step with one thing changed, to experiment with (NAME=backlog) ## 1 か所だけ変えたステップで実験する (NAME=backlog)
riddle: ## a server with an unknown mistake: find it with strace and ss (NAME=7) ## 間違いがひとつあるサーバー。strace と ss で見つける (NAME=7)
break riddle:
	$(needs) bash python3 $(firstword $(CC))
	@CC='$(CC)' exec bash tools/$@ $(if $(NAME_WANTED),$(call quoted,$(NAME_WANTED)))

trace: ## your server under strace, each line with a word on it (PROGRAM='python3 mine.py') ## 自分のサーバーを strace 付きで動かし、各行に説明を付ける (PROGRAM='python3 mine.py')
	$(needs) bash strace ss python3
	@CC='$(CC)' exec bash tools/trace $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

page: ## a page that plays every step's run; your own with MINE=1 or PROGRAM=... ## 全ステップの動きを再生するページ。自分のサーバーは MINE=1 か PROGRAM=...
	$(needs) bash python3 $(if $(PROGRAM)$(MINE),$(firstword $(CC)) strace ss)
	@CC='$(CC)' MINE=$(call quoted,$(MINE)) exec bash tools/page $(if $(PROGRAM),$(call quoted,$(PROGRAM)))

diff: ## what a step adds to the one before (STEP=04) ## そのステップが前のステップに加えるもの (STEP=04)
	$(needs) bash diff sed
	@exec bash tools/diff $(call quoted,$(STEP))

demo: ## a finished server under strace beside a client (STEP=03, CLIENT=ruby) ## 完成したサーバーを strace 付きで動かし、クライアントをつなぐ (STEP=03, CLIENT=ruby)
	@sh tools/setup bash $(firstword $(CC)) strace ss python3
	@CC='$(CC)' exec bash tools/demo $(call quoted,$(STEP))

clients: clients/client ## build the C client ## C のクライアントをビルドする

setup: ## install the tools that are missing ## 足りないツールをインストールする
	@sh tools/setup

clean: ## remove everything that was built ## ビルドしたものをすべて消す
	rm -rf a.out build clients/client

#: Whoever keeps the course true | 教材を保守する人のコマンド
test: ## run every test (STEP=03: those of one step) ## すべてのテストを実行する (STEP=03: そのステップのみ)
	@sh tools/setup
	@exec devel/test $(if $(STEP_WANTED),$(call quoted,$(STEP_WANTED)))

lint: ## check scripts, formatting and warnings; run the analyzers ## スクリプト、整形、警告を調べ、静的解析をかける
	@sh tools/setup bash cc shellcheck clang clang-format gcc clang-tidy cppcheck python3 pyflakes3 ruby
	@devel/lint/lint

transcripts: ## record every server.strace and client.strace anew ## server.strace と client.strace を記録し直す
	@sh tools/setup bash cc strace curl python3
	@devel/recording/record $(folders)

figures: ## draw the lessons' figures anew ## レッスンの図を描き直す
	@sh tools/setup bash python3
	@devel/figures/figures

lessons: ## carry out every experiment, and write what it showed into the lessons ## 実験をすべて行い、結果をレッスンに書き込む
	@sh tools/setup bash cc strace ss python3
	@devel/lessons/lessons write

faults: ## have strace make every call fail in every way, and judge the servers ## システムコールをひとつずつ失敗させ、サーバーの動作を調べる
	@sh tools/setup bash cc strace ss
	@devel/faults/faults

bench: ## what a connection costs, step05 beside others (BEYOND=1: the steps in beyond/; RECORD=1: into docs/) ## 接続 1 件のコストを測る (BEYOND=1: beyond/ のステップ、RECORD=1: docs/ に書き込む)
	@sh tools/setup bash cc strace ss python3 ruby
	@devel/bench/bench $(if $(filter 1,$(BEYOND)),--beyond) $(if $(filter 1,$(RECORD)),--record)

elsewhere: ## build and run the steps with clang and musl, for i386 and aarch64 ## clang、musl、i386、aarch64 でも試す
	@sh tools/setup bash cc ss clang musl-gcc i686-linux-gnu-gcc aarch64-linux-gnu-gcc qemu-i386 qemu-aarch64
	@devel/systems/elsewhere

# --- how things are built --------------------------------------------------------------------------

# C libraries before glibc 2.34 have threads in a library of their own.
threads = $(if $(findstring thread,$(1)), -pthread)

# step03: builds that step into ./a.out. The tools and tests have a copy of their own in build: ./a.out is the reader's.
define step_rule
.PHONY: $(call number,$(1))
$(call number,$(1)):
	$$(needs) bash $$(firstword $$(CC))
	$$(writes) a.out
	$$(CC) $$(CFLAGS) -o a.out $(1)/server.c$(call threads,$(1))
build/$(notdir $(1)): $(1)/server.c | build
	$$(CC) $$(CFLAGS) -o $$@ $$<$(call threads,$(1))
endef
$(foreach folder,$(folders),$(eval $(call step_rule,$(folder))))

step%: FORCE
	$(error $(shell bash tools/help $(call quoted,$@)))

# Without its number: make would look for a step.o to build it from.
step: FORCE
	$(error $(shell bash tools/help $(call quoted,$@)))

FORCE:

clients/client: clients/client.c
	$(needs) bash $(firstword $(CC))
	$(writes) $@
	$(CC) $(CFLAGS) -O2 -o $@ $<

build/launch: tests/launch.c
build/hostile: devel/hostile/hostile.c
build/load: devel/hostile/load.c
build/launch build/hostile build/load: | build
	$(CC) $(CFLAGS) -O2 -o $@ $<

vpath %.c devel/bench/servers devel/bench/http
build/bench/%: %.c | build/bench
	$(CC) $(CFLAGS) -o $@ $<

# Go would keep its cache in the home folder; nothing here may leave anything outside build/.
go_build = GOCACHE=$(call quoted,$(CURDIR)/build/go) GOPROXY=off GOFLAGS= go build -o $@ $<

build/bench/go-article: beyond/step09-epoll/article.go | build/bench
	$(go_build)

build/bench/go-%: devel/bench/servers/go-%/main.go | build/bench
	$(go_build)

build build/bench:
	mkdir -p $@
