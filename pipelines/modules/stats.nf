// One assembly's figures, by bin/assembly-stats.sh.
process STATS {
    tag "${run.id}"

    input:
    tuple val(run), path(contigs), path(trim_counts)
    val assembler
    path tools, stageAs: 'tools/*'

    output:
    tuple val(run), path("${run.id}*.tsv"), emit: stats

    script:
    """
    bash tools/assembly-stats.sh --run '${run.id}' --assembler '${assembler}' \
        --contigs '${contigs}' --trim '${trim_counts}' ${task.ext.args ?: ''}
    """
}
