#!/bin/sh
exec "$(dirname "$0")/stub.sh" spades.py "$@"
