// One run's contigs, by bin/assemble-run.sh.
process ASSEMBLE {
    tag "${run.id}"

    input:
    tuple val(run), path(reads, stageAs: 'trimmed/*')
    val assembler
    path tools, stageAs: 'tools/*'

    output:
    tuple val(run), path("${run.id}.contigs.fasta"), emit: contigs
    tuple val(run), path('assemble.versions.tsv'), emit: versions

    script:
    def gb = Math.max(1, task.memory.toGiga() as int)
    def limit = Math.max(1, (task.time.toSeconds() * 0.95) as int)
    """
    bash tools/assemble-run.sh --run '${run.id}' --assembler '${assembler}' --reads trimmed \
        --cpus ${task.cpus} --memory-gb ${gb} --limit-seconds ${limit} ${task.ext.args ?: ''}
    """
}
