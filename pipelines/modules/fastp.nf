// One run's reads without adapters and bad ends, by bin/trim-run.sh.
process FASTP {
    tag "${run.id}"

    input:
    tuple val(run), path(reads, stageAs: 'reads/*')
    path tools, stageAs: 'tools/*'

    output:
    tuple val(run), path('trimmed/*'), emit: reads
    tuple val(run), path('*.fastp.json'), emit: stats
    tuple val(run), path('trim.tsv'), emit: counts
    tuple val(run), path('trim.versions.tsv'), emit: versions

    script:
    def role_options = ['mate1', 'mate2', 'single', 'orphan']
        .findAll { role -> run.file_of[role] }
        .collect { role -> "--${role} 'reads/${run.file_of[role]}'" }
        .join(' ')
    """
    bash tools/trim-run.sh --run '${run.id}' --cpus ${task.cpus} ${role_options}
    """
}
