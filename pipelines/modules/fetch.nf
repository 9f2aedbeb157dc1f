// One run's read files, fetched and checked by bin/fetch-run.sh. Tools arrive as files of the execution, so that the same line
// works on this machine, in a container and on a cluster, and a changed script makes cached work stale.
process FETCH {
    tag "${run.id}"

    input:
    tuple val(run), val(files)
    path tools, stageAs: 'tools/*'
    path ca_file

    output:
    tuple val(run), path('reads/*.gz'), emit: reads
    tuple val(run), path('fetch.tsv'), emit: report
    tuple val(run), path('fetch.versions.tsv'), emit: versions

    script:
    def file_options = files.collect { file -> "--file ${quoted(file)}" }.join(' ')
    def limit = Math.max(1, (task.time.toSeconds() * 0.95) as int)
    def ca_option = ca_file ? "--ca-file ${quoted(ca_file)}" : ''
    """
    bash tools/fetch-run.sh --run ${quoted(run.id)} --out reads ${file_options} ${ca_option} \
        --limit-seconds ${limit} ${task.ext.args ?: ''}
    """
}

// One word of the shell, whatever is in it.
def quoted(value) {
    return "'" + value.toString().replace("'", "'\\''") + "'"
}
