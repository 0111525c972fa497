#!/usr/bin/env bash
# Pauses the recording of a live conversation, waits, resumes it, and says what was withheld. Needs bash and curl.
#
#   CLIENT_ID=… CLIENT_SECRET=… examples/pause-with-curl.sh
#
#   TACET_URL         where the server is                      (http://127.0.0.1:8080)
#   CONVERSATION_ID   which conversation                       (one that is live now)
#   PAUSE_SECONDS     how long the pause lasts                 (5)
#
# The client needs the role recorder-integration or admin. Ends with 0 when the pause was confirmed and the recording runs
# again; with 1 otherwise. If it fails in between, the conversation stays paused: nothing resumes by itself.
set -euo pipefail

url="${TACET_URL:-http://127.0.0.1:8080}"
url="${url%/}"
: "${CLIENT_ID:?is not set}" "${CLIENT_SECRET:?is not set}"
headers="$(mktemp)"
trap 'rm -f "$headers"' EXIT

fail() {
  echo "$1" >&2
  exit 1
}

# The value of a text member of a JSON answer; the first one of that name.
member() {
  awk -v name="$1" '
    match($0, "\"" name "\":\"[^\"]*\"") { split(substr($0, RSTART, RLENGTH), part, "\""); print part[4]; found = 1; exit }
    END { exit !found }'
}

# Secrets go through files and pipes: what stands on a command line, everybody on the machine can read.
login() {
  printf 'user = "%s:%s"\n' "$CLIENT_ID" "$CLIENT_SECRET" |
    curl --silent --show-error --fail-with-body --config - --data grant_type=client_credentials "$url/oauth/token"
}

# call METHOD PATH [BODY]
call() {
  curl --silent --show-error --fail-with-body --max-time 10 --dump-header "$headers" --request "$1" \
    --header @<(printf 'Authorization: Bearer %s\n' "$token") \
    ${3:+--header 'Content-Type: application/json' --data "$3"} "$url$2"
}

token="$(login | member access_token)" || fail 'No token: are the client id and the secret right?'

id="${CONVERSATION_ID:-}"
if [ -z "$id" ]; then
  live="$(call GET '/tacet/v1/conversations?state=active&pageSize=1')" || fail "Cannot list conversations: $live"
  # The list begins with the conversation, and a conversation with its id.
  id="$(printf '%s' "$live" | member id)" || fail 'No conversation is live.'
fi
path="/api/v2/conversations/calls/$id/recordingstate"

# Only a 2xx means that nothing is kept from tacet-closed-at on. Everything else promises nothing.
state="$(call PUT "$path" '{"recordingState":"PAUSED"}')" || fail "NOT PAUSED: $state"
[ "$state" = '"PAUSED"' ] || fail "NOT PAUSED: the server says $state"
echo "$id is paused since $(grep -i '^tacet-closed-at:' "$headers" | cut -d ' ' -f 2 | tr -d '\r')"

sleep "${PAUSE_SECONDS:-5}"

state="$(call PUT "$path" '{"recordingState":"ACTIVE"}')" || fail "STILL PAUSED: $state"
[ "$state" = '"ACTIVE"' ] || fail "The pause is over, but the server says $state"
echo "$id is recorded again"
